using Microsoft.Playwright;

namespace RefreshTokenRotation.TestSupport.Browser;

/// <summary>What the browser complains about: errors and warnings on the console, a breach of a content security policy among them, and
/// exceptions that nobody caught. A test ends with none but those that it has named.</summary>
internal sealed class Complaints
{
    private readonly List<string> _all = [];
    private readonly List<string> _expected = [];
    private readonly List<string> _allowed = [];

    public Complaints(IBrowserContext context)
    {
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Add($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        context.WebError += (_, error) => Add($"exception: {error.Error}");
    }

    /// <summary>Names a part of a complaint that must come, once at least.</summary>
    public void Expect(string part) => _expected.Add(part);

    /// <summary>Requests with this status may be reported. Those of a worker are not.</summary>
    public void AllowStatus(int status) => _allowed.Add($"the server responded with a status of {status}");

    /// <summary>Connections that break may be reported. Those of a worker are not.</summary>
    public void AllowBrokenConnection() => _allowed.Add("Failed to load resource: net::ERR_");

    public void Verify()
    {
        lock (_all)
        {
            _all.Where(complaint => !_expected.Concat(_allowed).Any(part => complaint.Contains(part, StringComparison.Ordinal)))
                .Should().BeEmpty("the browser has nothing to complain about");
            _expected.Where(part => !_all.Exists(complaint => complaint.Contains(part, StringComparison.Ordinal)))
                .Should().BeEmpty("the browser complains about what the test expects");
        }
    }

    private void Add(string complaint)
    {
        lock (_all)
        {
            _all.Add(complaint);
        }
    }
}
