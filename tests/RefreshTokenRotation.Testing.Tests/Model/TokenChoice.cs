using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Which token is presented.</summary>
/// <param name="Family">Which family, by the order of their log-ins.</param>
/// <param name="Age">0 for its newest token, 1 for the one before, and so on; 8 for a forged one, 9 for a mistyped one.</param>
internal sealed record TokenChoice(int Family, int Age)
{
    public const int Forged = 8;
    public const int Mistyped = 9;

    public override string ToString() => $"family {Family} {Age switch { Forged => "forged", Mistyped => "mistyped", 0 => "newest", _ => $"newest but {Age}" }}";

    public (string Handle, IssueRequest Grant)? Find(Comparison world)
    {
        if (world.Started.Count == 0)
        {
            return null;
        }

        var (id, grant) = world.Started.At(Family);
        var handles = world.Handles[id];
        switch (Age)
        {
            case Forged:
                var forged = world.Model.Forge(id);
                world.Assign(forged, Forgery.Tamper(world.Real(handles[^1])));
                return (forged, grant);
            case Mistyped:
                world.Assign("mistyped", Forgery.Mistype(world.Real(handles[^1])));
                return ("mistyped", grant);
            default:
                return (handles[Math.Max(0, handles.Count - 1 - Age)], grant);
        }
    }
}
