namespace RefreshTokenRotation.Configuration;

/// <summary>The names of the settings in a configuration. They are those of the options, and a policy begins from a preset.</summary>
internal static class RotationConfiguration
{
    private static readonly (string Name, Func<RotationPolicy> Create)[] Presets =
    [
        (nameof(RotationPolicy.Strict), static () => RotationPolicy.Strict),
        (nameof(RotationPolicy.Spa), static () => RotationPolicy.Spa),
        (nameof(RotationPolicy.Mobile), static () => RotationPolicy.Mobile),
        (nameof(RotationPolicy.Fapi), static () => RotationPolicy.Fapi),
        (nameof(RotationPolicy.FapiRotating), static () => RotationPolicy.FapiRotating),
        (nameof(RotationPolicy.Agents), static () => RotationPolicy.Agents),
    ];

    public static void Read(RefreshTokenRotationOptions options, SettingsReader settings)
    {
        settings.Text(nameof(options.TokenPrefix), value => options.TokenPrefix = value);
        settings.Texts(nameof(options.FormerTokenPrefixes), values => Replace(options.FormerTokenPrefixes, values));
        settings.Duration(nameof(options.MaximumLifetime), value => options.MaximumLifetime = value);
        settings.Duration(nameof(options.MaximumLeeway), value => options.MaximumLeeway = value);
        settings.Flag(nameof(options.AllowRotatingNonExpiring), value => options.AllowRotatingNonExpiring = value);
        settings.Number(nameof(options.EventQueueCapacity), value => options.EventQueueCapacity = value);
        settings.Duration(nameof(options.EventDrainTimeout), value => options.EventDrainTimeout = value);
        settings.Section(nameof(options.DefaultPolicy), entry => options.DefaultPolicy = Policy(entry));
        settings.Sections(nameof(options.ClientPolicies), entry =>
        {
            var client = entry.Key;
            entry.Text("ClientId", value => client = value);
            options.ClientPolicies[client] = Policy(entry);
        });
        settings.Sections(nameof(options.ResourcePolicies), entry =>
        {
            var resource = Required(entry, "Resource");
            var policy = Policy(entry);
            if (resource is not null)
            {
                options.ResourcePolicies[resource] = policy;
            }
        });
        settings.Sections(nameof(options.ClientResourcePolicies), entry =>
        {
            var (client, resource) = (Required(entry, "ClientId"), Required(entry, "Resource"));
            var policy = Policy(entry);
            if (client is not null && resource is not null)
            {
                options.ClientResourcePolicies[(client, resource)] = policy;
            }
        });
    }

    /// <summary>The name of a preset, or a section of settings that begins from one.</summary>
    private static RotationPolicy Policy(SettingsReader settings)
    {
        var policy = RotationPolicy.Strict;
        if (settings.Value is { Length: > 0 } name)
        {
            var preset = Array.Find(Presets, preset => string.Equals(preset.Name, name, StringComparison.OrdinalIgnoreCase)).Create;
            if (preset is null)
            {
                settings.Fail($"('{name}') must be a section, or one of {string.Join(", ", Presets.Select(static preset => preset.Name))}");
            }

            return preset?.Invoke() ?? policy;
        }

        settings.Choice("Preset", create => policy = create(), [.. Presets.Select(static preset => (preset.Name, preset.Create))]);
        settings.Choice(
            nameof(policy.RotationType),
            value => policy = policy with { RotationType = value },
            ("Rotating", RotationType.Rotating),
            ("NonRotating", RotationType.NonRotating),
            ("Reusable", RotationType.NonRotating));
        settings.Choice(
            nameof(policy.ExpirationType),
            value => policy = policy with { ExpirationType = value },
            ("Expiring", ExpirationType.Expiring),
            ("NonExpiring", ExpirationType.NonExpiring));
        settings.Duration(nameof(policy.AbsoluteLifetime), value => policy = policy with { AbsoluteLifetime = value });
        settings.OptionalDuration(nameof(policy.IdleLifetime), value => policy = policy with { IdleLifetime = value });
        settings.Flag(nameof(policy.InfiniteAbsoluteLifetime), value => policy = policy with { InfiniteAbsoluteLifetime = value });
        settings.Flag(nameof(policy.InfiniteIdleLifetime), value => policy = policy with { InfiniteIdleLifetime = value });
        settings.Duration(nameof(policy.Leeway), value => policy = policy with { Leeway = value });
        settings.Number(nameof(policy.LeewayGenerations), value => policy = policy with { LeewayGenerations = value });
        settings.Duration(nameof(policy.RecoveryWindow), value => policy = policy with { RecoveryWindow = value });
        settings.Flag(nameof(policy.ShadowMode), value => policy = policy with { ShadowMode = value });
        settings.Number(nameof(policy.ActiveCap), value => policy = policy with { ActiveCap = value });
        settings.Choice<ReuseResponse>(nameof(policy.ReuseResponse), value => policy = policy with { ReuseResponse = value });
        settings.Sections(nameof(policy.MultiResource), entry =>
        {
            var resource = Required(entry, nameof(ResourceScopes.Resource));
            IReadOnlyList<string> scopes = [];
            entry.Texts(nameof(ResourceScopes.Scopes), values => scopes = values);
            if (resource is not null)
            {
                policy = policy with { MultiResource = [.. policy.MultiResource, new ResourceScopes { Resource = resource, Scopes = scopes }] };
            }
        });
        return policy;
    }

    private static string? Required(SettingsReader settings, string name)
    {
        string? text = null;
        if (!settings.Has(name))
        {
            settings.Fail($"needs the setting {name}");
        }

        settings.Text(name, value => text = value);
        return text;
    }

    private static void Replace(IList<string> list, IReadOnlyList<string> values)
    {
        list.Clear();
        foreach (var value in values)
        {
            list.Add(value);
        }
    }
}
