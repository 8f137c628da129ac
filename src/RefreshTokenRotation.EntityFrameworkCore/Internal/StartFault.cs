using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Says what to mend, where the start fails.</summary>
internal static class StartFault
{
    /// <summary>No connection could be opened.</summary>
    public static InvalidOperationException Unreachable(DbContext context, Exception fault) => new(
        (MessageOf(fault) is { } said
            ? $"{NameOf(context)} can't connect to the database for refresh tokens. The database or driver said: {said} Check that the server runs, and the host, database, user and "
                + "password in the connection string. If the database does not exist yet, "
                + (IsOwn(context) ? "set the option CreateSchema." : "dotnet ef database update creates it.")
            : $"The connection string of {NameOf(context)} for refresh tokens is missing or can't be read: see the inner exception."),
        fault);

    /// <summary>A connection was opened, and a table can't be read.</summary>
    public static InvalidOperationException Unreadable(DbContext context, Exception fault) => new(
        $"The tables for refresh tokens can't be read through {NameOf(context)}. {Said(fault)}If they are missing or out of date, "
        + (IsOwn(context)
            ? "set the option CreateSchema, or apply a migration or the script of this context."
            : "add a migration and apply it before the host starts: dotnet ef migrations add RefreshTokens, then dotnet ef database update."),
        fault);

    /// <summary>The tables can be read, and not written.</summary>
    public static InvalidOperationException Unusable(DbContext context, Exception fault) => new(
        $"The tables for refresh tokens can be read through {NameOf(context)}, but the store's statements fail on them. {Said(fault)}The database user needs SELECT, INSERT, "
        + "UPDATE and DELETE on each, on the primary server, and the columns must be able to store and compare any Unicode text.",
        fault);

    private static string NameOf(DbContext context) => context.GetType().Name;

    private static bool IsOwn(DbContext context) => context is RefreshTokenRotationDbContext;

    private static string Said(Exception fault) => MessageOf(fault) is { } said ? $"The database or driver said: {said} " : string.Empty;

    /// <summary>What servers, drivers and the network say. Other exceptions may quote the connection string, and with it a password.</summary>
    private static string? MessageOf(Exception fault)
    {
        var said = new List<string>();
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException or SocketException or TimeoutException or IOException or AuthenticationException)
            {
                said.Add(cause.Message.TrimEnd('.'));
            }
        }

        return said.Count == 0 ? null : string.Join(": ", said) + ".";
    }
}
