using AuthorizationServer.Setup;
using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>A world as a page shows it. No token is in it, only generations and last characters.</summary>
/// <param name="Revision">Counts the changes.</param>
/// <param name="Epoch">Counts how often the world started over.</param>
/// <param name="IsNew">Whether the page has to forget what it shows.</param>
/// <param name="State">What each holder has, and the state of the family.</param>
/// <param name="Entries">All entries of a new epoch; otherwise those since the last look.</param>
internal sealed record LabView(int Revision, int Epoch, bool IsNew, object State, IReadOnlyList<LabEntry> Entries)
{
    public static async Task<LabView> OfAsync(LabScene scene, ClientSettings client, int epoch, int shown)
    {
        var isNew = scene.Timeline.Epoch != epoch;
        return new LabView(
            scene.Timeline.Revision,
            scene.Timeline.Epoch,
            isNew,
            new
            {
                client = new { id = client.ClientId, name = client.DisplayName },
                presets = LabPreset.All.Select(preset => new { preset.Id, preset.Name }),
                preset = new
                {
                    scene.Preset.Id,
                    scene.Preset.Name,
                    scene.Preset.Words,
                    leeway = (int)scene.Preset.Policy.Leeway.TotalSeconds,
                    recovery = (int)scene.Preset.Policy.RecoveryWindow.TotalSeconds,
                },
                now = LabText.Instant(scene.Engine.Clock.GetUtcNow()),
                user = await HolderAsync(scene, scene.User, client),
                thief = await HolderAsync(scene, scene.Thief, client),
                secondTab = scene.HasSecondTab,
                family = scene.Family is { } family ? await FamilyAsync(scene, family) : null,
            },
            [.. scene.Timeline.Entries.Skip(isNew ? 0 : shown)]);
    }

    private static async Task<object> HolderAsync(LabScene scene, LabHolder holder, ClientSettings client)
    {
        // The holder can't know whether its token is the current one.
        var works = holder.Current is { } current
            && await scene.Engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = current.Value }) is IntrospectResult.Active;
        return new
        {
            client = client.ClientId,
            current = holder.Current?.Id,
            works,
            lost = holder.HasLostResponse,
            tokens = holder.Wallet.Select(token => new { token.Id, family = token.Family.Number, token.Generation, token.Tail }),
        };
    }

    private static async Task<object?> FamilyAsync(LabScene scene, LabFamily family)
    {
        if (await scene.Engine.Families.FindAsync(family.Id) is not { } info)
        {
            return null;
        }

        return new
        {
            family.Number,
            state = info.GetState(scene.Engine.Clock.GetUtcNow()).ToString().ToLowerInvariant(),
            reason = info.RevocationReason?.ToCode(),
            family.HasAlarm,
            chain = family.Chain.Select(token => new
            {
                token.Id,
                token.Generation,
                token.Tail,
                mark = Mark(token, family, info),
                user = scene.User.Wallet.Contains(token),
                thief = scene.Thief.Wallet.Contains(token),
            }),
        };
    }

    private static string Mark(LabToken token, LabFamily family, TokenFamilyInfo info) => token switch
    {
        _ when token.Generation == info.Generation => "current",
        { IsDisplaced: true } => "displaced",
        _ when token == family.Previous => "previous",
        _ => "spent",
    };
}
