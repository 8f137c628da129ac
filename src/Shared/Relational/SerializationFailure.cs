using System.Data.Common;

namespace RefreshTokenRotation.Relational;

/// <summary>A transaction that the server rolled back because of others: a serialization failure or a deadlock. Nothing is in doubt then.</summary>
internal static class SerializationFailure
{
    /// <summary>Class 40 of standard SQL, without its one state that leaves the outcome open. Execution strategies wrap what they could not mend.</summary>
    public static bool Is(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { SqlState: { } state })
            {
                return state.StartsWith("40", StringComparison.Ordinal) && state != "40003";
            }
        }

        return false;
    }
}
