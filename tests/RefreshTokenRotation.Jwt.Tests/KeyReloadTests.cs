using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class KeyReloadTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Folder_is_read_again_after_the_interval_and_not_before()
    {
        using var folder = new TemporaryFolder();
        folder.Write("1.pem", Pem());
        folder.Write("notes.txt", "not a key");
        await using var issuing = new Issuing(options => options.KeyFolder = folder.Root, keys: []);
        var old = (await issuing.IssueAsync()).Value;
        folder.Write("2.pem", $"Activates: 2025-12-31T00:00:00Z\n{Pem()}");

        issuing.Time.Advance(Interval - TimeSpan.FromTicks(1));
        (await SignerAsync(issuing)).Should().Be(Signer(old));
        issuing.Time.Advance(TimeSpan.FromTicks(1));
        (await SignerAsync(issuing)).Should().NotBe(Signer(old));
        (await issuing.ValidateAsync(old)).Should().NotBeNull();

        File.Delete(folder.PathOf("1.pem"));
        issuing.Time.Advance(Interval);
        (await issuing.ValidateAsync(old)).Should().BeNull("its key was taken away");
    }

    [Test]
    public async Task Folder_with_a_bad_file_leaves_the_former_keys_in_use_and_says_so()
    {
        using var folder = new TemporaryFolder();
        folder.Write("1.pem", Pem());
        await using var issuing = new Issuing(options => options.KeyFolder = folder.Root, keys: []);
        var signer = await SignerAsync(issuing);
        var pem = Pem();
        folder.Write("2.pem", pem[..100]);

        issuing.Time.Advance(Interval);
        (await SignerAsync(issuing)).Should().Be(signer);
        (await SignerAsync(issuing)).Should().Be(signer);

        var told = issuing.Log.Of(202).Should().ContainSingle("it is not tried at every call").Subject;
        told.Exception!.Message.Should().Contain("2.pem");
        told.Exception.ToString().Should().NotContain(pem[40..60]);
    }

    [Test]
    public async Task Encrypted_files_are_read_with_the_password_of_the_options()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("1.pem", key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        await using var issuing = new Issuing(
            options =>
            {
                options.KeyFolder = folder.Root;
                options.KeyFolderPassword = "secret";
            },
            keys: []);

        (await SignerAsync(issuing)).Should().Be(SigningKey.FromECDsa(key).KeyId);
    }

    [Test]
    public async Task First_load_that_fails_is_an_exception_and_the_next_call_tries_again()
    {
        var source = new Source { Fault = new TimeoutException("vault") };
        await using var issuing = Build(source);

        await issuing.Awaiting(it => it.IssueAsync()).Should().ThrowAsync<TimeoutException>();
        source.Fault = null;

        (await SignerAsync(issuing)).Should().Be(Keys.Ec.KeyId);
        source.Calls.Should().Be(2);
    }

    [Test]
    public async Task Source_that_hangs_delays_one_caller_and_no_other()
    {
        var source = new Source();
        await using var issuing = Build(source);
        await issuing.IssueAsync();
        source.Gate = new TaskCompletionSource<IReadOnlyList<SigningKey>>();
        issuing.Time.Advance(Interval);

        var waiting = issuing.IssueAsync();
        var others = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => issuing.IssueAsync()));

        others.Should().HaveCount(10);
        waiting.IsCompleted.Should().BeFalse();
        source.Gate.SetResult([Keys.Rsa]);
        new ReadToken((await waiting).Value).Header.GetProperty("kid").GetString().Should().Be(Keys.Rsa.KeyId);
        source.Calls.Should().Be(2);
    }

    [Test]
    public async Task Source_that_hangs_is_given_up_and_the_former_keys_stay()
    {
        var source = new Source();
        await using var issuing = Build(source);
        await issuing.IssueAsync();
        source.Gate = new TaskCompletionSource<IReadOnlyList<SigningKey>>();
        issuing.Time.Advance(Interval);

        var waiting = issuing.IssueAsync();
        issuing.Time.Advance(TimeSpan.FromSeconds(10));

        new ReadToken((await waiting).Value).Header.GetProperty("kid").GetString().Should().Be(Keys.Ec.KeyId);
        issuing.Log.Of(202).Should().ContainSingle();
    }

    [Test]
    public async Task Caller_that_gives_up_while_it_loads_leaves_the_load_to_the_next()
    {
        var source = new Source();
        await using var issuing = Build(source);
        await issuing.IssueAsync();
        source.Gate = new TaskCompletionSource<IReadOnlyList<SigningKey>>();
        issuing.Time.Advance(Interval);
        using var cancel = new CancellationTokenSource();

        var waiting = issuing.Tokens.IssueAsync(Issuing.Request(), cancel.Token).AsTask();
        await cancel.CancelAsync();

        await waiting.Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        source.Gate = null;
        source.Key = Keys.Rsa;
        (await SignerAsync(issuing)).Should().Be(Keys.Rsa.KeyId);
        issuing.Log.Of(202).Should().BeEmpty();
    }

    [Test]
    public async Task Source_that_gives_one_key_twice_or_times_in_disorder_is_refused()
    {
        await using var twice = Build(new Source(), Keys.Ec);
        await using var disorder = Build(new Source { Key = Keys.Ec with { ActivatesAt = FakeTime.Start, RetiresAt = FakeTime.Start } });

        await twice.Awaiting(it => it.IssueAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage($"*{Keys.Ec.KeyId}*2 times*");
        await disorder.Awaiting(it => it.IssueAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*retires*activates*");
    }

    private static Issuing Build(ISigningKeySource source, params SigningKey[] keys) =>
        new(build: builder => builder.Services.AddSingleton(source), keys: keys);

    private static async Task<string> SignerAsync(Issuing issuing) => Signer((await issuing.IssueAsync()).Value);

    private static string Signer(string token) => new ReadToken(token).Header.GetProperty("kid").GetString()!;

    private static string Pem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private sealed class Source : ISigningKeySource
    {
        public SigningKey Key { get; set; } = Keys.Ec;

        public Exception? Fault { get; set; }

        public TaskCompletionSource<IReadOnlyList<SigningKey>>? Gate { get; set; }

        public int Calls { get; private set; }

        public async ValueTask<IReadOnlyList<SigningKey>> GetKeysAsync(CancellationToken cancellationToken)
        {
            Calls++;
            return Fault is not null ? throw Fault : Gate is null ? [Key] : await Gate.Task.WaitAsync(cancellationToken);
        }
    }
}
