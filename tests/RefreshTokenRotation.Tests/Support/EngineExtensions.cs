using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Shorter words for what the tests of the exchange do again and again.</summary>
internal static class EngineExtensions
{
    public static async Task<ExchangeResult> ExchangeAsync(
        this Engine engine, ExchangeRequest request, CancellationToken cancellationToken = default) =>
        await engine.Tokens.ExchangeAsync(request, cancellationToken);

    /// <summary>Exchanges and expects a success.</summary>
    public static async Task<ExchangeResult.Succeeded> SucceedAsync(this Engine engine, ExchangeRequest request) =>
        (await engine.ExchangeAsync(request)).Should().BeOfType<ExchangeResult.Succeeded>().Subject;

    /// <summary>Exchanges and expects a success of one kind.</summary>
    public static async Task<RefreshToken> ExpectAsync(this Engine engine, RefreshToken token, ExchangeOutcome outcome)
    {
        var result = await engine.SucceedAsync(token);
        result.Outcome.Should().Be(outcome);
        return result.RefreshToken;
    }

    /// <summary>Exchanges and expects a refusal.</summary>
    public static async Task<RejectionReason> FailAsync(this Engine engine, ExchangeRequest request) =>
        (await engine.ExchangeAsync(request)).Should().BeOfType<ExchangeResult.Rejected>().Subject.Reason;

    /// <summary>Exchanges and expects an outage.</summary>
    public static async Task<RefreshTokenUnavailableException> BreakAsync(this Engine engine, RefreshToken token) =>
        (await engine.Invoking(e => e.ExchangeAsync(token)).Should().ThrowAsync<RefreshTokenUnavailableException>()).Which;

    public static Task<TokenFamily> RowAsync(this Engine engine, IssueResult issued) => engine.RowAsync(issued.Family.FamilyId);

    public static async Task<IssueResult> IssueAsync(this Engine engine, IssueRequest request) => await engine.Tokens.IssueAsync(request);

    /// <summary>A log-in that is bound to a sender's key.</summary>
    public static Task<IssueResult> IssueBoundAsync(this Engine engine, string key) =>
        engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, SenderKeyThumbprint = key });

    public static bool Holds(this Engine engine, Guid familyId) =>
        engine.Store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForFamily(familyId), null, 1, engine.Now), CancellationToken.None)
            .AsTask().GetAwaiter().GetResult().Count == 1;

    /// <summary>A log-in and rotations at even distances; the last token is the current one.</summary>
    public static async Task<(IssueResult Issued, List<RefreshToken> Tokens)> ChainAsync(this Engine engine, int rotations, TimeSpan apart)
    {
        var issued = await engine.IssueAsync();
        List<RefreshToken> tokens = [issued.RefreshToken];
        for (var i = 0; i < rotations; i++)
        {
            tokens.Add(await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated));
            engine.Time.Advance(apart);
        }

        return (issued, tokens);
    }
}
