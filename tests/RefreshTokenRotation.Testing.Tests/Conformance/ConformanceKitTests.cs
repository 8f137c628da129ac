using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>What an author sees of the kit.</summary>
[TestFixture]
internal sealed class ConformanceKitTests
{
    private static readonly Sabotage LosesMetadata = RoundTripSabotages.All.Single(sabotage => sabotage.Name == "loses the metadata");

    [Test]
    public void Names_are_unique_and_clauses_are_told()
    {
        var names = TokenStoreConformance.Cases.Select(conformanceCase => conformanceCase.Name)
            .Concat(RotationPolicyStoreConformance.Cases.Select(conformanceCase => conformanceCase.Name))
            .Concat(TokenSessionStoreConformance.Cases.Select(conformanceCase => conformanceCase.Name));

        names.Should().OnlyHaveUniqueItems();
        TokenStoreConformance.Cases.Should().OnlyContain(conformanceCase => conformanceCase.Clause.EndsWith('.') && Enum.IsDefined(conformanceCase.Group));
        TokenStoreConformance.Cases.Select(conformanceCase => conformanceCase.Group).Distinct().Should().BeEquivalentTo(Enum.GetValues<ConformanceGroup>());
    }

    [Test]
    public async Task Failure_tells_clause_seed_and_history()
    {
        await using var harness = new SabotagedHarness(LosesMetadata);
        var failing = TokenStoreConformance.Get("round-trip.every-field");

        var result = await failing.RunAsync(harness, new ConformanceOptions { Seed = 77 });

        var exception = result.Should().BeOfType<ConformanceResult.Failed>().Subject.Exception;
        exception.Message.Should().StartWith("round-trip.every-field: after an add, ")
            .And.Contain("Metadata is ''")
            .And.Contain($"Clause: {failing.Clause}")
            .And.Contain("Seed: 77")
            .And.MatchRegex(@"#1 node 1 add [0-9a-f]{8} v1 g41 of .* -> added\n  #2 node 1 find [0-9a-f]{8} -> ");
        result.Invoking(failed => failed.ThrowIfFailed()).Should().Throw<ConformanceException>();
    }

    [Test]
    public async Task Failure_shows_no_key_hash_or_salt()
    {
        var secrets = new List<string>();
        var sabotage = LosesMetadata with
        {
            Break = inner => new BrokenStore(inner)
            {
                Add = (family, _, _, _) =>
                {
                    secrets.AddRange(new[] { family.Grant.LookupKey, family.SecretHash, family.Salt!.Value }.Select(value => Convert.ToHexString(value.ToArray())));
                    return inner.AddAsync(family with { SecretHash = family.Grant.LookupKey, Salt = null }, 1, default, default).AsTask();
                },
            },
        };
        await using var harness = new SabotagedHarness(sabotage);

        var result = await TokenStoreConformance.Get("round-trip.every-field").RunAsync(harness);

        var message = result.Should().BeOfType<ConformanceResult.Failed>().Subject.Exception.ToString();
        message.Should().Contain("SecretHash is '[redacted]'");
        secrets.Should().HaveCount(3).And.OnlyContain(secret => !message.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Test]
    public async Task Same_seed_makes_the_same_rows()
    {
        var failing = TokenStoreConformance.Get("round-trip.every-field");
        async Task<string> RunAsync(int seed)
        {
            await using var harness = new SabotagedHarness(LosesMetadata);
            return ((ConformanceResult.Failed)await failing.RunAsync(harness, new ConformanceOptions { Seed = seed })).Exception.History;
        }

        (await RunAsync(5)).Should().Be(await RunAsync(5)).And.NotBe(await RunAsync(6));
    }

    [Test]
    public async Task Exemption_is_granted_with_a_reason_to_optional_cases_alone()
    {
        await using var harness = new InMemoryHarness(("list.order-of-ties", "sorts ids as SQL Server does"));
        (await TokenStoreConformance.Get("list.order-of-ties").RunAsync(harness))
            .Should().Be(new ConformanceResult.Exempted("sorts ids as SQL Server does"));

        await using var silent = new InMemoryHarness(("list.order-of-ties", " "));
        (await TokenStoreConformance.Get("list.order-of-ties").RunAsync(silent)).Should().BeOfType<ConformanceResult.Failed>();

        await using var core = new InMemoryHarness(("swap.one-winner", "too slow"));
        (await TokenStoreConformance.Get("swap.one-winner").RunAsync(core))
            .Should().BeOfType<ConformanceResult.Failed>().Which.Exception.Observation.Should().Contain("core cases can't be exempted");
    }

    [Test]
    public async Task Console_run_prints_every_case_and_the_counts()
    {
        await using var harness = new InMemoryHarness(("list.order-of-ties", "sorts otherwise"));
        using var output = new StringWriter();

        var report = await TokenStoreConformance.RunAllAsync(harness, output, ConformanceOptions.Quick);

        report.Should().Be(new ConformanceReport(TokenStoreConformance.Cases.Count - 2, 0, 1, 1));
        var lines = output.ToString().TrimEnd().Split(Environment.NewLine);
        lines.Should().HaveCount(TokenStoreConformance.Cases.Count + 1);
        lines.Should().ContainSingle(line => line == "list.order-of-ties exempted: sorts otherwise");
        lines.Should().ContainSingle(line => line == "atomic.crash not exercised: InMemoryHarness does not override CrashAsync");
        lines[^1].Should().Be($"{TokenStoreConformance.Cases.Count - 2} passed, 0 failed, 1 exempted, 1 not exercised");
    }

    [Test]
    public async Task Exemption_of_no_case_fails_the_console_run()
    {
        await using var harness = new InMemoryHarness(("list.order-of-tries", "misspelt"));
        using var output = new StringWriter();

        (await TokenStoreConformance.RunAllAsync(harness, output, ConformanceOptions.Quick)).Failed.Should().Be(1);
        output.ToString().Should().Contain("list.order-of-tries: the harness exempts it, and there is no such case");
    }

    [Test]
    public async Task Case_of_a_member_that_the_harness_does_not_override_is_not_exercised()
    {
        await using var harness = new BareHarness();
        foreach (var (name, member) in new[] { ("registration.engine", "Configure"), ("registration.singleton", "Configure"), ("atomic.crash", "CrashAsync") })
        {
            (await TokenStoreConformance.Get(name).RunAsync(harness))
                .Should().BeOfType<ConformanceResult.NotExercised>().Which.Reason.Should().Be($"BareHarness does not override {member}");
        }
    }

    [Test]
    public async Task Registration_over_data_that_is_not_empty_fails_and_says_so()
    {
        var store = new InMemoryTokenStore();
        await store.AddAsync(Rows.Create(1, DateTimeOffset.UnixEpoch), 1, DateTimeOffset.UnixEpoch, default);
        await using var harness = new SabotagedHarness(new Sabotage("is not empty", [], inner => inner) { Register = builder => builder.UseTokenStore(_ => store) });
        (await TokenStoreConformance.Get("registration.engine").RunAsync(harness))
            .Should().BeOfType<ConformanceResult.Failed>().Which.Exception.Observation.Should().Be("Configure registered a store that is not empty");
    }

    [Test]
    public async Task Console_run_prints_a_failure_once_and_says_which_to_read_first()
    {
        await using var harness = new SabotagedHarness(LosesMetadata);
        using var output = new StringWriter();

        await TokenStoreConformance.RunAllAsync(harness, output, ConformanceOptions.Quick);

        output.ToString().Split("FAILED round-trip.every-field: ").Should().HaveCount(2);
        output.ToString().Should().Contain("Read round-trip.every-field first: later failures often follow from it.");
    }

    [Test]
    public async Task Store_that_is_not_empty_fails_every_case()
    {
        var store = new InMemoryTokenStore();
        await store.AddAsync(Rows.Create(1, DateTimeOffset.UnixEpoch), 1, DateTimeOffset.UnixEpoch, default);
        await using var harness = new SabotagedHarness(new Sabotage("is not empty", [], _ => store));
        (await TokenStoreConformance.Get("round-trip.missing").RunAsync(harness))
            .Should().BeOfType<ConformanceResult.Failed>().Which.Exception.Observation.Should().EndWith("opened a store that is not empty");
    }

    [Test]
    public async Task Cancelled_run_throws()
    {
        await using var harness = new InMemoryHarness();
        var run = () => TokenStoreConformance.Get("swap.one-winner").RunAsync(harness, cancellationToken: new CancellationToken(canceled: true));
        await run.Should().ThrowAsync<OperationCanceledException>();
    }

    private sealed class BareHarness : TokenStoreHarness
    {
        private readonly InMemoryTokenStore _store = new();

        public override ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken) => new(_store);

        public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_store);
    }
}
