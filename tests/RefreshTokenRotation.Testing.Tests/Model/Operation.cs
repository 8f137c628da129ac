using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.TestSupport.Model;
using static RefreshTokenRotation.Testing.Tests.Model.Comparison;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>One step of a random sequence. Numbers are choices: each is taken modulo what there is to choose from.</summary>
internal abstract record Operation
{
    private Operation()
    {
    }

    /// <summary>Does it to the engine and to the model, and compares the answers.</summary>
    public abstract Task RunAsync(Comparison world);

    public sealed record Issue(int User, int Client, int Tenant, int Session, bool Bound, int Resource) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            world.SyncToFreshInstant();
            var request = new IssueRequest
            {
                Subject = Catalog.Users.At(User),
                ClientId = Catalog.Clients.At(Client),
                TenantId = Catalog.Tenants.At(Tenant),
                SessionId = Catalog.Sessions.At(Session),
                Scopes = ["openid", "read"],
                Resources = Resource == 0 ? [] : ["urn:a"],
                SenderKeyThumbprint = Bound ? "key" : null,
            };
            var actual = await world.Subject.Tokens.IssueAsync(request);
            var expected = world.Model.Issue(request, actual.Family.FamilyId);
            world.Started.Add((actual.Family.FamilyId, request));
            world.Pair(actual.Family.FamilyId, expected.Handle, actual.RefreshToken);
            FamilyComparison.Agree(expected.Family, actual.Family, world.Subject.Now);
            Agree("evicted", string.Join(", ", expected.Evicted), string.Join(", ", actual.Evicted.Select(family => family.FamilyId)));
        }
    }

    public sealed record Exchange(TokenChoice Token, Caller Caller, Ask Ask, HookChoice Hook) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            if (Token.Find(world) is not var (handle, grant))
            {
                return;
            }

            world.SyncToFreshInstant();
            world.Subject.HookAnswer = Hook.Answer(world.Subject.Now);
            var expected = world.Model.Exchange(Request(grant, handle));
            var actual = await world.Subject.Tokens.ExchangeAsync(Request(grant, world.Real(handle)));
            world.Subject.HookAnswer = new ModelHookAnswer();
            Agree("exchange", Describe(expected.Outcome, expected.Reason), actual switch
            {
                ExchangeResult.Succeeded success => Describe(success.Outcome, null),
                ExchangeResult.Rejected refusal => Describe(null, refusal.Reason),
                _ => "neither",
            });
            if (actual is ExchangeResult.Succeeded succeeded)
            {
                world.Pair(succeeded.Family.FamilyId, expected.Handle!, succeeded.RefreshToken);
                FamilyComparison.Agree(expected.Family!, succeeded.Family, world.Subject.Now);
                Agree("scope", string.Join(' ', expected.Scopes), string.Join(' ', succeeded.Scopes));
                Agree("resources", string.Join(' ', expected.Resources), string.Join(' ', succeeded.Resources));
            }
        }

        private static string Describe(ExchangeOutcome? outcome, RejectionReason? reason) => outcome?.ToCode() ?? reason!.Value.ToCode();

        private ExchangeRequest Request(IssueRequest grant, RefreshToken token) => new()
        {
            RefreshToken = token,
            ClientId = Caller == Caller.OtherClient ? Catalog.Clients.First(client => client != grant.ClientId) : grant.ClientId,
            TenantId = Caller == Caller.OtherTenant ? Catalog.Tenants.First(tenant => tenant != grant.TenantId) : grant.TenantId,
            SenderKeyThumbprint = Caller switch { Caller.WithoutKey => null, Caller.OtherKey => "other key", _ => grant.SenderKeyThumbprint },
            Scopes = Ask switch { Ask.NarrowScope => ["read"], Ask.WideScope => ["read", "admin"], _ => null },
            Resources = Ask switch { Ask.OwnResource => ["urn:a"], Ask.OtherResource => ["urn:b"], _ => null },
        };
    }

    public sealed record Revoke(TokenChoice Token, Caller Caller) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            if (Token.Find(world) is not var (handle, grant))
            {
                return;
            }

            world.Sync();
            Agree("revocation", world.Model.Revoke(Request(grant, handle)), await world.Subject.Tokens.RevokeAsync(Request(grant, world.Real(handle))));
        }

        private RevokeRequest Request(IssueRequest grant, RefreshToken token) => new()
        {
            RefreshToken = token,
            ClientId = Caller == Caller.OtherClient ? Catalog.Clients.First(client => client != grant.ClientId) : grant.ClientId,
            TenantId = Caller == Caller.OtherTenant ? Catalog.Tenants.First(tenant => tenant != grant.TenantId) : grant.TenantId,
        };
    }

    public sealed record Introspect(TokenChoice Token) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            if (Token.Find(world) is not var (handle, grant))
            {
                return;
            }

            world.Sync();
            var expected = world.Model.Introspect(new IntrospectRequest { RefreshToken = handle, TenantId = grant.TenantId });
            var actual = await world.Subject.Tokens.IntrospectAsync(
                new IntrospectRequest { RefreshToken = world.Real(handle), TenantId = grant.TenantId });
            Agree("introspection", expected?.FamilyId, (actual as IntrospectResult.Active)?.Family.FamilyId);
        }
    }

    public sealed record ConfirmUse(int Family, int Behind) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            if (world.Started.Count == 0)
            {
                return;
            }

            world.Sync();
            var (id, grant) = world.Started.At(Family);
            var generation = world.AllFamilies().Where(family => family.FamilyId == id).Select(family => family.Generation).SingleOrDefault() - Behind;
            Agree(
                "confirmation",
                world.Model.ConfirmUse(id, generation, grant.TenantId),
                await world.Subject.Families.ConfirmUseAsync(id, generation, grant.TenantId));
        }
    }

    public sealed record SetMetadata(int Family, string Value) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            if (world.Started.Count == 0)
            {
                return;
            }

            world.Sync();
            var (id, grant) = world.Started.At(Family);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = Value };
            var expected = world.Model.SetMetadata(id, metadata, grant.TenantId);
            var actual = await world.Subject.Families.SetMetadataAsync(id, metadata, grant.TenantId);
            Agree("family with metadata", expected?.FamilyId, actual?.FamilyId);
        }
    }

    public sealed record End(FilterChoice Filter, bool Delete, RevocationReason Reason) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            world.Sync();
            var filter = Filter.Make(world);
            Agree(
                "ended families",
                world.Model.RevokeAll(filter, Reason, Delete),
                Delete ? await world.Subject.Families.DeleteAsync(filter, Reason) : await world.Subject.Families.RevokeAsync(filter, Reason));
        }
    }

    public sealed record List(FilterChoice Filter, int PageSize) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            world.Sync();
            var filter = Filter.Make(world);
            var walked = new List<TokenFamilyInfo>();
            TokenFamilyCursor? after = null;
            do
            {
                var page = await world.Subject.Families.ListAsync(filter, after, PageSize);
                walked.AddRange(page.Families);
                after = page.Next;
            }
            while (after is not null);

            FamilyComparison.Agree(world.Model.List(filter), walked, world.Subject.Now);
        }
    }

    public sealed record Prune(int Step) : Operation
    {
        public override async Task RunAsync(Comparison world)
        {
            world.Sync();
            var before = world.Subject.Now - Catalog.Steps.At(Step).Duration();
            Agree("pruned families", world.Model.Prune(before), await world.Subject.Families.PruneAsync(before, 1000));
        }
    }

    public sealed record SetPolicy(int Client, int Policy) : Operation
    {
        public override Task RunAsync(Comparison world)
        {
            world.Subject.Policies[Catalog.Clients.At(Client)] = Catalog.Policies.At(Policy);
            return Task.CompletedTask;
        }
    }

    public sealed record Wait(int Step) : Operation
    {
        public override Task RunAsync(Comparison world)
        {
            world.Subject.Time.Set(world.Subject.Now + Catalog.Steps.At(Step));
            world.Sync();
            return Task.CompletedTask;
        }
    }

    /// <summary>Sets the clock to an instant at which something of a family is over, or some ticks from it.</summary>
    public sealed record MoveToEdge(int Family, Edge Edge, int Ticks) : Operation
    {
        public override Task RunAsync(Comparison world)
        {
            if (world.Started.Count > 0
                && world.AllFamilies().FirstOrDefault(family => family.FamilyId == world.Started.At(Family).Id) is { } family
                && Edges.Find(family, Edge, world.Subject) is { } instant)
            {
                world.Subject.Time.Set(instant + TimeSpan.FromTicks(Ticks));
                world.Sync();
            }

            return Task.CompletedTask;
        }
    }
}
