using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Client.Harness;
using RefreshTokenRotation.Client.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>What is the file store's own: modes, leftovers, encryption, the death of a process.</summary>
[TestFixture]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class FileStoreTests
{
    private static readonly TokenSessionKey Key = new(TestApp.Name, TokenSessionKey.DefaultSessionId);
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Open() => _folder = new TemporaryFolder();

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public async Task Only_the_owner_may_read()
    {
        await using var app = App(Secret);
        await app.SignInAsync();

        foreach (var file in Directory.GetFiles(_folder.PathOf("s")))
        {
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.GetUnixFileMode(_folder.PathOf("s")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Test]
    public async Task What_a_killed_process_left_does_no_harm()
    {
        await using var app = App(Secret);
        await app.SignInAsync();
        var session = Directory.GetFiles(_folder.PathOf("s"), "*.session").Single();
        await File.WriteAllTextAsync(session + ".new", "half a ses");
        File.SetUnixFileMode(session + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        (await app.TokenAsync()).Should().Be("at-2");

        File.Exists(session + ".new").Should().BeFalse();
        File.GetUnixFileMode(session).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Test]
    public async Task Session_id_may_hold_any_character()
    {
        var (store, key) = (new FileTokenSessionStore(_folder.PathOf("s")), new TokenSessionKey("app", "a/../b\0ü"));

        (await store.CompareAndSwapAsync(key, null, new TokenSessionRecord(Guid.NewGuid(), new byte[] { 1 }), default)).Should().BeTrue();

        (await store.LoadAsync(key, default)).Should().NotBeNull();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task No_file_holds_a_token(bool byKey)
    {
        await using var app = byKey ? App(Secret) : App(null);
        await app.SignInAsync("rt-very-secret", "at-very-secret");

        foreach (var file in Directory.GetFiles(_folder.PathOf("s")))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            text.Should().NotContain("secret").And.NotContain("refresh_token");
        }

        await using var later = byKey ? App(Secret) : null;
        if (later is not null)
        {
            (await later.TokenAsync()).Should().Be("at-very-secret");
        }
    }

    [Test]
    public async Task File_without_encryption_is_refused()
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenClient("app", static options => (options.ClientId, options.TokenEndpoint) = ("app", new Uri("https://login.example/token"))).UseFiles(_folder.PathOf("s"));
        await using var provider = services.BuildServiceProvider();

        provider.Invoking(static services => services.GetRequiredKeyedService<RefreshTokenClient>("app")).Should().Throw<OptionsValidationException>().WithMessage("*UseEncryptionKey*");
    }

    [Test]
    public async Task Lost_key_asks_for_a_log_in_and_deletes_nothing()
    {
        await using (var app = App(Secret))
        {
            await app.SignInAsync();
        }

        await using (var other = App(new byte[32]))
        {
            (await other.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();
            other.Logs.Of(507).Should().NotBeEmpty();
        }

        await using var again = App(Secret);
        (await again.TokenAsync()).Should().Be("at-2");
    }

    [Test]
    public async Task Session_of_another_user_in_its_place_is_not_taken()
    {
        await using var app = App(Secret);
        await app.SignInAsync("rt-alice", session: "alice");
        await app.SignInAsync("rt-bob", session: "bob");
        var files = Directory.GetFiles(_folder.PathOf("s"), "*.session");
        var (one, other) = (await File.ReadAllBytesAsync(files[0]), await File.ReadAllBytesAsync(files[1]));
        await File.WriteAllBytesAsync(files[0], other);
        await File.WriteAllBytesAsync(files[1], one);

        await using var later = App(Secret);
        (await later.Client.GetTokenAsync(sessionId: "alice")).Should().BeOfType<TokenResult.LoginRequired>();
        (await later.Client.GetTokenAsync(sessionId: "bob")).Should().BeOfType<TokenResult.LoginRequired>();
    }

    [Test]
    public async Task Files_of_the_first_version_are_read()
    {
        const string Golden =
            "5254430100112233445566778899AABBCCDDEEFF01";
        var store = new FileTokenSessionStore(_folder.PathOf("s"));
        var name = Convert.ToHexStringLower(SHA256.HashData("3:appdefault"u8));
        await File.WriteAllBytesAsync(_folder.PathOf("s", $"{name}.session"), Convert.FromHexString(Golden));

        var record = await store.LoadAsync(Key, CancellationToken.None);

        record!.Version.Should().Be(new Guid(Convert.FromHexString("00112233445566778899AABBCCDDEEFF")));
        record.Data.ToArray().Should().Equal(1);
        SessionData.Parse(SessionProtection.ByKey(Secret).Unprotect(Key, Convert.FromHexString(GoldenSession.Hex))).RefreshToken.Should().Be("rt-golden");
        var plain = SessionData.Parse("""{"refresh_token":"rt","access_tokens":[{"value":"at","type":"Bearer","scope":"s","target_resource":"https://api.example/","target_scope":"a b","obtained_at":"2026-01-01T00:00:00+00:00","expires_at":"2026-01-01T00:10:00+00:00"}],"dpop_key":"AQ==","later":1}"""u8.ToArray());
        plain.AccessTokens.Single().Target.Should().Be(new TokenTarget("https://api.example/", "b a"));
        plain.DPoPKey.Should().Equal(1);
    }

    [Test]
    public async Task Lock_of_a_killed_process_is_free()
    {
        using var child = ChildProcess.Start("holder", _folder.PathOf("s"));
        (await child.ReadLineAsync()).Should().Be("held");
        var store = new FileTokenSessionStore(_folder.PathOf("s"));
        var waiting = store.LockAsync(Key, CancellationToken.None).AsTask();
        waiting.IsCompleted.Should().BeFalse();

        await child.KillAsync();

        await using (await waiting.WaitAsync(Eventually.Patience))
        {
            waiting.IsCompletedSuccessfully.Should().BeTrue();
        }
    }

    [Test]
    public async Task Store_that_fails_after_an_exchange_gets_the_new_token_later_and_nothing_is_lost()
    {
        var store = new FailingStore(new InMemoryTokenSessionStore());
        await using var app = new TestApp(store);
        await app.SignInAsync();
        store.FailingWrites = 3;

        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>("an access token is not used before its refresh token is stored");
        app.Time.Advance(TimeSpan.FromMinutes(1));
        (await app.TokenAsync()).Should().Be("at-2");

        app.Server.Presented.Should().Equal("rt-1");
        (await app.StoredAsync()).Should().Be("rt-2");
        app.Logs.Of(505).Should().ContainSingle();
    }

    [Test]
    public async Task Write_that_happened_though_it_failed_is_recognised()
    {
        var store = new FailingStore(new InMemoryTokenSessionStore());
        await using var app = new TestApp(store);
        await app.SignInAsync();
        store.FailAfterWriting = true;

        (await app.TokenAsync()).Should().Be("at-2");

        (await app.StoredAsync()).Should().Be("rt-2");
        app.Server.Presented.Should().Equal("rt-1");
    }

    private TestApp App(byte[]? key) => new(new FileTokenSessionStore(_folder.PathOf("s")), build: builder =>
    {
        if (key is null)
        {
            builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
            builder.UseDataProtection();
        }
        else
        {
            builder.UseEncryptionKey(key);
        }
    });

    private sealed class FailingStore(ITokenSessionStore inner) : ITokenSessionStore
    {
        public int FailingWrites { get; set; }

        public bool FailAfterWriting { get; set; }

        public ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken) => inner.LoadAsync(key, cancellationToken);

        public async ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken)
        {
            if (FailingWrites > 0)
            {
                FailingWrites--;
                throw new IOException("no space left");
            }

            var isWritten = await inner.CompareAndSwapAsync(key, expectedVersion, record, cancellationToken);
            if (FailAfterWriting)
            {
                FailAfterWriting = false;
                throw new TimeoutException();
            }

            return isWritten;
        }

        public ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken) =>
            inner.DeleteIfUnchangedAsync(key, expectedVersion, cancellationToken);

        public ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken) => inner.LockAsync(key, cancellationToken);
    }
}
