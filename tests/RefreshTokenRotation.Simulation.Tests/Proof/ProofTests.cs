using System.Text.RegularExpressions;
using RefreshTokenRotation.Simulation.Proof;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Tests.Proof;

/// <summary>The proof holds, can fail, and is about the library: what it proves agrees with the library wherever the explorer came.</summary>
[TestFixture]
internal sealed partial class ProofTests
{
    private string _folder = null!;
    private ProvedDecision _proved = null!;

    private static IEnumerable<string> Names => WorldTable.Default.Select(world => world.Name);

    /// <summary>A change of the model or of the calls, and the lemma that must then fail.</summary>
    private static IEnumerable<TestCaseData> Mistakes =>
    [
        Mistake("A swap that ignores the version", "Proof.dfy", "var swaps := row.version == s.row.version;", "var swaps := true;", "ApplyKeeps"),
        Mistake("An ancestor that is accepted", "Rotation.dfy", "then DetectReuse", "then Rotate", "AncestorIsReuse"),
        Mistake("A revoked family that answers", "Rotation.dfy", "else if found.value.revoked then RejectRevoked", "", "RevokedNeverAnswers"),
        Mistake("A use that moves the window", "Rotation.dfy", "recoverUntil := None)\n", "recoverUntil := None, leewayUntil := Some(now))\n", "WindowsNeverMove"),
        Mistake("A recovery that can be repeated", "Rotation.dfy", "if action == Recover || RecoveryWindow(row, policy) == 0", "if RecoveryWindow(row, policy) == 0", "RecoveryHappensOnce"),
        Mistake("A trail that survives a recovery", "Rotation.dfy", "else if action == Recover || !HasTrail(row)", "else if !HasTrail(row)", "SuccessorFits"),
    ];

    [OneTimeSetUp]
    public async Task Compile()
    {
        _folder = Directory.CreateTempSubdirectory("proof-").FullName;
        _proved = new ProvedDecision(await Dafny.CompileAsync(_folder));
    }

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Proof_is_verified()
    {
        var (exitCode, output) = await Dafny.VerifyAsync("Proof.dfy", "200e6");
        for (var again = 0; again < 2 && exitCode != 0; again++)
        {
            // The solver now and then misses a proof that it finds in the next run. One that it has found holds.
            (exitCode, output) = await Dafny.VerifyAsync("Proof.dfy", "200e6");
        }

        exitCode.Should().Be(0, "{0}", output);
        output.Should().MatchRegex("finished with [1-9][0-9]+ verified, 0 errors");
    }

    [Test]
    public void Proof_assumes_nothing()
    {
        var files = Directory.GetFiles(Dafny.Folder, "*.dfy");

        files.Should().HaveCount(3);
        files.Select(File.ReadAllText).Should().AllSatisfy(text => Assumption().IsMatch(text).Should().BeFalse());
    }

    [TestCaseSource(nameof(Mistakes))]
    public async Task Proof_of_a_mistake_fails(string file, string right, string wrong, string lemma)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        foreach (var source in Directory.GetFiles(Dafny.Folder, "*.dfy"))
        {
            var text = (await File.ReadAllTextAsync(source)).ReplaceLineEndings("\n");
            if (Path.GetFileName(source) == file)
            {
                text.Should().Contain(right);
                text = text.Replace(right, wrong, StringComparison.Ordinal);
            }

            await File.WriteAllTextAsync(Path.Combine(copy, Path.GetFileName(source)), text);
        }

        var (exitCode, output) = await Dafny.VerifyAsync(Path.Combine(copy, "Proof.dfy"), "20e6", "--filter-symbol", $".{lemma}");

        exitCode.Should().NotBe(0);
        // The solver may look for a counterexample without end: that it finds no proof is what counts.
        output.Should().MatchRegex("finished with [0-9]+ verified, ([1-9][0-9]* error|0 errors, [1-9][0-9]* out of resource)", "it is not a mistake of form");
    }

    [TestCaseSource(nameof(Names))]
    public void Library_agrees_with_what_is_proved_in_every_state(string name)
    {
        var world = WorldTable.Default.Single(world => world.Name == name);
        var (findings, universe) = WorldTests.Explore(name);

        var compared = new Agreement(_proved).Compare(world, universe);

        TestContext.Out.WriteLine($"{findings.States} states, {universe.Rows.Count} rows, {compared} decisions");
        compared.Should().BeGreaterThan(100);
    }

    [Test]
    public void Decision_that_is_not_the_proved_one_does_not_agree()
    {
        var world = WorldTable.Default.Single(world => world.Name == "leeway: two tabs");
        var (_, universe) = WorldTests.Explore(world.Name);

        var compare = () => new Agreement(_proved, late: true).Compare(world, universe);

        compare.Should().Throw<InvalidOperationException>().WithMessage("*proved*");
    }

    private static TestCaseData Mistake(string name, string file, string right, string wrong, string lemma) =>
        new TestCaseData(file, right, wrong, lemma).SetArgDisplayNames(name);

    [GeneratedRegex(@"\bassume\b|\{:axiom|\{:verify|\{:extern|\bexpect\b")]
    private static partial Regex Assumption();
}
