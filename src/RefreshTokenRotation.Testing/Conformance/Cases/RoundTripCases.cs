namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>What was written is read again.</summary>
internal static class RoundTripCases
{
    private const ConformanceGroup Group = ConformanceGroup.RoundTrip;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("round-trip.every-field", Group, "An add keeps every field of the row, lists in their order.", EveryFieldAsync),
        TokenCase.Core("round-trip.absent-fields", Group, "Fields without a value come back without one.", AbsentFieldsAsync),
        TokenCase.Optional("round-trip.empty-values", Group, "An empty value differs from an absent one: an empty text, or a device without any detail.", EmptyValuesAsync),
        TokenCase.Core("round-trip.swap", Group, "A compare-and-swap writes every field but the grant, and can clear each optional one.", SwapAsync),
        TokenCase.Core("round-trip.ticks", Group, "Times are kept as UTC ticks, which exceed 2^53, without rounding.", TicksAsync),
        TokenCase.Core("round-trip.largest-values", Group, "Every value that a request or a rotation can produce fits (RequestLimits).", LargestValuesAsync),
        TokenCase.Core("round-trip.unicode", Group, "Text comes back as it was given, code unit by code unit.", UnicodeAsync),
        TokenCase.Core("round-trip.exact-keys", Group, "Strings compare ordinally, so case matters.", ExactKeysAsync),
        TokenCase.Core("round-trip.list", Group, "A list shows the same rows as a find.", ListAsync),
        TokenCase.Core("round-trip.missing", Group, "A find of an unknown key returns null.", MissingAsync),
        TokenCase.Core("round-trip.ended", Group, "A find returns the family, active or ended.", EndedAsync),
        TokenCase.Core("round-trip.second-instance", Group, "Reads are linearizable: a find that begins after a write has returned sees it, on any node.", SecondInstanceAsync),
    ];

    private static Task EveryFieldAsync(TokenStoreTrial trial) => RequireKeptAsync(trial, trial.Rows.NewFullFamily());

    private static async Task AbsentFieldsAsync(TokenStoreTrial trial)
    {
        await RequireKeptAsync(trial, trial.Rows.NewFamily()).ConfigureAwait(false);

        var device = new DeviceInfo { UserAgent = "agent" };
        var family = trial.Rows.NewFamily();
        await RequireKeptAsync(trial, family with { Grant = family.Grant with { FirstDevice = device }, LastDevice = device }).ConfigureAwait(false);
    }

    private static async Task EmptyValuesAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily();
        await RequireKeptAsync(trial, family with
        {
            Grant = family.Grant with { SessionId = string.Empty, Acr = string.Empty, FirstDevice = new DeviceInfo() },
            LastDevice = new DeviceInfo { Name = string.Empty },
        }).ConfigureAwait(false);
    }

    private static async Task SwapAsync(TokenStoreTrial trial)
    {
        var empty = trial.Rows.NewFamily();
        var full = trial.Rows.NewFullFamily() with
        {
            Grant = empty.Grant,
            Version = 2,
            RevokedAt = SampleRows.Now.AddTicks(9),
            RevocationReason = RevocationReason.CredentialsChanged,
        };
        var emptyAgain = empty with { Version = 3, Generation = 42, SecretHash = trial.Rows.NewOpaque() };
        await trial.AddAsync(empty).ConfigureAwait(false);
        foreach (var next in new[] { full, emptyAgain })
        {
            CaseRun.Require(await trial.SwapAsync(trial.First, next).ConfigureAwait(false), $"a swap from the stored version {next.Version - 1} was refused");
            await trial.RequireStoredAsync("after a swap", next).ConfigureAwait(false);
        }
    }

    private static async Task TicksAsync(TokenStoreTrial trial)
    {
        for (var ticks = 1; ticks < 10; ticks += 4)
        {
            var family = trial.Rows.NewFullFamily();
            var time = new DateTimeOffset(SampleRows.Now.Ticks / 10 * 10, TimeSpan.Zero).AddTicks(ticks);
            await RequireKeptAsync(trial, family with
            {
                // An instant is the same at every offset.
                Grant = family.Grant with { CreatedAt = time.ToOffset(TimeSpan.FromHours(9)), AuthenticationTime = time.ToOffset(TimeSpan.FromHours(-7)) },
                RotatedAt = time.AddSeconds(1),
                LeewayUntil = time.AddSeconds(2),
                RecoverUntil = time.AddSeconds(3),
                AbsoluteExpiresAt = time.AddSeconds(4),
                IdleExpiresAt = time.AddSeconds(5),
                LastUsedAt = time.AddSeconds(6),
                RevokedAt = time.AddSeconds(7),
                RevocationReason = RevocationReason.User,
            }).ConfigureAwait(false);
        }
    }

    private static async Task LargestValuesAsync(TokenStoreTrial trial)
    {
        static string Text(int length, string end) => new string('x', length - end.Length) + end;
        static string[] Texts(int count, int length) => [.. Enumerable.Range(100, count).Select(number => Text(length, $"{number}"))];

        const int Identifier = RequestLimits.IdentifierLength;
        var device = new DeviceInfo
        {
            IpAddress = Text(RequestLimits.IpAddressLength, "i"),
            UserAgent = Text(RequestLimits.UserAgentLength, "u"),
            Name = Text(RequestLimits.DeviceNameLength, "n"),
        };
        var family = trial.Rows.NewFullFamily();
        var end = DateTimeOffset.MaxValue;
        await RequireKeptAsync(trial, family with
        {
            Grant = family.Grant with
            {
                TenantId = Text(Identifier, "t"),
                Subject = Text(Identifier, "s"),
                ClientId = Text(Identifier, "c"),
                AuthorizationId = Text(Identifier, "a"),
                SessionId = Text(Identifier, "e"),
                SenderKeyThumbprint = Text(Identifier, "k"),
                Acr = Text(Identifier, "r"),
                Scopes = Texts(RequestLimits.ScopeCount, RequestLimits.ScopeLength),
                Resources = Texts(RequestLimits.ResourceCount, RequestLimits.ResourceLength),
                Amr = Texts(RequestLimits.AmrCount, Identifier),
                FirstDevice = device,
            },
            // Beyond 2^53, as ticks are: a number that a script or a document keeps as a double loses its last digits.
            Version = long.MaxValue - 1,
            Generation = uint.MaxValue,
            AbsoluteExpiresAt = end,
            IdleExpiresAt = end,
            LeewayUntil = end,
            RecoverUntil = end,
            LastDevice = device,
            Metadata = Texts(RequestLimits.MetadataCount, RequestLimits.MetadataLength).ToDictionary(key => key, key => key),
        }).ConfigureAwait(false);
    }

    private static async Task UnicodeAsync(TokenStoreTrial trial)
    {
        // Composed and decomposed, outside the basic plane, right to left, with a joiner, and what a query language or a list might trip over.
        foreach (var text in new[] { "\u00e9", "e\u0301", "\U0001F511\U0001F9D1\u200d\U0001F680", "\u05d0\u0628", "\u0130\u0131\u1e9e\u00df", "a'b\"c\\d%e_f;--", "{a,b}", "a,b c|d", " " })
        {
            var family = trial.Rows.NewFullFamily();
            var device = new DeviceInfo { IpAddress = text, UserAgent = text, Name = text };
            await RequireKeptAsync(trial, family with
            {
                Grant = family.Grant with
                {
                    TenantId = text,
                    Subject = text,
                    ClientId = text,
                    Resources = [text, text + text],
                    AuthorizationId = text,
                    SessionId = text,
                    Acr = text,
                    Amr = [text, text],
                    FirstDevice = device,
                },
                LastDevice = device,
                Metadata = new Dictionary<string, string> { ["key"] = text, ["other"] = "\u0001\t\"{}', NULL" },
            }).ConfigureAwait(false);
            var filter = new TokenFamilyFilter { TenantId = text, Subject = text, ClientId = text, SessionId = text, AuthorizationId = text, Resource = text };
            var listed = await trial.ListAsync(filter).ConfigureAwait(false);
            CaseRun.Require(listed.Count == 1, $"'{text}' was to be listed by each of its texts, and {listed.Count} rows were");
        }
    }

    private static async Task ExactKeysAsync(TokenStoreTrial trial)
    {
        string[] names = ["alice", "Alice", "ALICE", "alice ", "al\u00edce", "ali\u0301ce", "ali\u00adce"];
        var families = names.Select(name => trial.Rows.NewFamily(name, name, name) is var family
            ? family with { Grant = family.Grant with { SessionId = name, AuthorizationId = name, Resources = [name] } }
            : family).ToList();
        await trial.AddAsync(families).ConfigureAwait(false);
        for (var i = 0; i < names.Length; i++)
        {
            var tenant = new TokenFamilyFilter { TenantId = names[i] };
            foreach (var filter in new[] { tenant, tenant with { Subject = names[i] }, tenant with { ClientId = names[i] }, tenant with { SessionId = names[i] }, tenant with { Resource = names[i] } })
            {
                var listed = await trial.ListAsync(filter).ConfigureAwait(false);
                CaseRun.Require(listed.Count == 1, $"'{names[i]}' alone was to be listed, and {listed.Count} rows were ({filter})");
                RowComparison.Require(families[i], listed[0], "in a list");
            }

            foreach (var other in names.Where(name => name != names[i]))
            {
                foreach (var filter in new[] { tenant with { Subject = other }, tenant with { ClientId = other }, tenant with { SessionId = other }, tenant with { Resource = other }, tenant with { AuthorizationId = other } })
                {
                    var listed = await trial.ListAsync(filter).ConfigureAwait(false);
                    CaseRun.Require(listed.Count == 0, $"'{names[i]}' was listed as '{other}' ({filter})");
                }
            }
        }
    }

    private static async Task ListAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFullFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        var listed = await trial.ListAsync(new TokenFamilyFilter { TenantId = family.Grant.TenantId }).ConfigureAwait(false);
        CaseRun.Require(listed.Count == 1, $"one row was added, and {listed.Count} were listed");
        RowComparison.Require(family, listed[0], "in a list");
    }

    private static async Task MissingAsync(TokenStoreTrial trial)
    {
        await trial.AddAsync(trial.Rows.NewFamily()).ConfigureAwait(false);
        var found = await trial.First.FindAsync(trial.Rows.NewOpaque(), trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(found is null, $"an unknown key found {found}");
    }

    private static async Task EndedAsync(TokenStoreTrial trial)
    {
        var past = SampleRows.Now.AddYears(-1);
        await RequireKeptAsync(trial, SampleRows.Revoked(trial.Rows.NewFamily(), past)).ConfigureAwait(false);
        await RequireKeptAsync(trial, trial.Rows.NewFamily() with { AbsoluteExpiresAt = past }).ConfigureAwait(false);
        await RequireKeptAsync(trial, trial.Rows.NewFamily() with { IdleExpiresAt = past }).ConfigureAwait(false);
    }

    private static async Task SecondInstanceAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily();
        var missing = await trial.FindAsync(family).ConfigureAwait(false);
        CaseRun.Require(missing is null, $"{family} was found before it was added");
        await trial.AddAsync(family).ConfigureAwait(false);
        for (var i = 0; i < 2 * trial.Options.Rounds; i++)
        {
            await trial.RequireStoredAsync("after a write on the other node", family).ConfigureAwait(false);
            family = trial.Rows.Rotate(family);
            CaseRun.Require(await trial.SwapAsync(trial.At(i), family).ConfigureAwait(false), $"a swap from the stored version {family.Version - 1} was refused");
        }

        await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser(family.Grant.Subject)).ConfigureAwait(false);
        await trial.RequireStoredAsync("after a revocation on the other node", family.Revoke(SampleRows.Now.AddTicks(7), RevocationReason.User)).ConfigureAwait(false);
    }

    private static async Task RequireKeptAsync(TokenStoreTrial trial, TokenFamily family)
    {
        await trial.AddAsync(family).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add", family).ConfigureAwait(false);
    }
}
