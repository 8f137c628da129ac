using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Samples;

/// <summary>What a newcomer sees. Tokens are compared as they are printed; everything else is read word by word.</summary>
public sealed partial class QuickstartTests
{
    private string _output = null!;
    private OrderedDictionary<string, string[]> _chapters = null!;

    [OneTimeSetUp]
    public async Task RunAsync()
    {
        _output = await Quickstart.OutputAsync();
        _chapters = new(Heading().Split(_output).Skip(1).Chunk(2).Select(part =>
            KeyValuePair.Create(part[0], part[1].Split('\n', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Test]
    public void Output_without_a_terminal_has_no_escape_codes() => _output.Should().NotContain("\e");

    [Test]
    public void Title_says_that_the_clock_is_the_samples_own() => _output.Should().Contain("The sample has its own clock");

    [Test]
    public void Log_in_on_two_devices_starts_two_families()
    {
        var rows = Rows("Alice logs in on two devices");

        rows.Select(row => (row.Device, row.What, row.Detail)).Should().Equal(
            ("phone", "issued", "generation 0"), ("laptop", "issued", "generation 0"));
        rows.Select(row => row.Token).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void Every_refresh_replaces_the_token()
    {
        var tokens = Rows("Alice logs in on two devices").Concat(Rows("Every refresh replaces the token")).ToList();

        tokens.Skip(2).Should().OnlyContain(row => row.What == "rotated").And.HaveCount(3);
        tokens.Select(row => row.Token).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void Lost_answer_retried_at_once_brings_the_same_token()
    {
        const string Title = "A lost response, retried at once";
        var rows = Rows(Title);

        rows.Select(row => row.What).Should().Equal("rotated", "reissued");
        rows[0].Detail.Should().EndWith("the response is lost on the way");
        rows[1].Token.Should().Be(rows[0].Token);
        _chapters[Title].Should().Contain("   = the retry got the token that was lost: yes");
    }

    [Test]
    public void Lost_answer_noticed_later_is_displaced()
    {
        const string Title = "A lost response, noticed hours later";
        var rows = Rows(Title);

        rows.Select(row => row.What).Should().Equal("rotated", "recovered");
        rows[1].Token.Should().NotBe(rows[0].Token);
        _chapters[Title].Should().ContainInOrder(
            "   = the laptop got the token that was lost: no",
            "   = the lost token is: inactive",
            "   = the recovered token is: active");
    }

    [Test]
    public void Thief_and_victim_are_refused_and_the_other_device_lives_on()
    {
        var rows = Rows("The thief replays the old token");

        rows.Take(3).Select(row => (row.Device, row.What)).Should().Equal(
            ("thief", "rejected"), ("phone", "rejected"), ("laptop", "rotated"));
        rows.Take(2).Select(row => row.Token).Should().Equal("reuse_detected", "revoked");
        rows.Take(2).Should().OnlyContain(row => row.Detail == "the client gets 400 invalid_grant");
        (rows[3].Device, rows[3].What).Should().Be(("phone", "issued"));
    }

    [Test]
    public void Cap_evicts_the_oldest_session() =>
        Rows("A cap on sessions").Select(row => (row.Device, row.What)).Should().Equal(
            ("lobby", "issued"), ("cafe", "issued"), ("library", "issued"), ("lobby", "evicted"), ("lobby", "rejected"));

    [Test]
    public void Migration_to_rotating_deletes_the_other_reusable_session()
    {
        var rows = Rows("A client moves from reusable to rotating tokens");

        rows.Select(row => (row.Device, row.What)).Should().Equal(
            ("desktop", "issued"), ("tablet", "issued"), ("desktop", "used"), ("desktop", "converted_to_rotating"), ("tablet", "rejected"));
        rows[2].Token.Should().Be(rows[0].Token);
        rows[3].Token.Should().NotBe(rows[0].Token);
        rows[4].Token.Should().Be("unknown");
    }

    [Test]
    public void Migration_back_gives_a_token_that_stays()
    {
        var rows = Rows("And back");

        rows.Select(row => row.What).Should().Equal("converted_to_non_rotating", "used");
        rows[1].Token.Should().Be(rows[0].Token);
    }

    [Test]
    public void Five_processes_of_an_agent_log_their_user_out_but_under_the_agents_preset()
    {
        var counts = _chapters["Five processes of Bob's agent share one stored token"]
            .Where(line => line.StartsWith("   = forced log-ins in a day, ", StringComparison.Ordinal))
            .ToDictionary(line => line.Split(", ")[1].Split(':')[0], line => int.Parse(line.Split(": ")[1], System.Globalization.CultureInfo.InvariantCulture));

        counts.Keys.Should().Equal("strict", "SPA", "agents");
        counts["strict"].Should().BeGreaterThan(5);
        counts["SPA"].Should().Be(counts["strict"]);
        counts["agents"].Should().Be(0);
    }

    [Test]
    public void Sessions_show_devices_times_and_states()
    {
        var sessions = _chapters["What Alice sees: her sessions"].Skip(1).Select(line => Gap().Split(line.Trim())).ToList();

        sessions.Select(cells => (cells[0], cells[^1])).Should().Equal(
            ("phone", "revoked (reuse_detected)"),
            ("laptop", "active"),
            ("phone", "active"),
            ("cafe", "active"),
            ("library", "active"),
            ("desktop", "active"));
        sessions.Should().OnlyContain(cells => cells.Length == 7);
    }

    [Test]
    public void Events_tell_everything_in_order_and_mark_the_replay_alone()
    {
        var events = _chapters["What the host sees: the events (! = have a look)"];
        var rows = _chapters.Keys.Take(8).SelectMany(Rows).Where(row => row.What != "rejected" || row.Token != "reuse_detected");

        events.Where(line => line.StartsWith(" !", StringComparison.Ordinal)).Should().ContainSingle()
            .Which.Should().Contain("thief replayed a token 2 generations back, at least 15 h old; family revoked: yes");
        events.Should().ContainSingle(line => line.Contains("1, because migrated"));

        // Beyond these two, there is one event for each row, in the same order.
        events.Select(line => Gap().Split(line[3..])[1]).Where(name => name is not ("reuse_detected" or "deleted"))
            .Should().Equal(rows.Select(row => row.What));
    }

    private List<(string Device, string What, string Token, string Detail)> Rows(string chapter) =>
        [.. _chapters[chapter].Select(line => Row().Match(line)).Where(match => match.Success).Select(match =>
            (match.Groups["device"].Value, match.Groups["what"].Value, match.Groups["token"].Value, match.Groups["detail"].Value))];

    [GeneratedRegex(@"^\d+\. (.*)\n", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^   \w{3} \d\d:\d\d:\d\d  (?<device>\w+) +(?<what>\w+) +(?<token>rtr_…\S{6}…|[a-z_]+)? *(?<detail>.*)$")]
    private static partial Regex Row();

    [GeneratedRegex("  +")]
    private static partial Regex Gap();
}
