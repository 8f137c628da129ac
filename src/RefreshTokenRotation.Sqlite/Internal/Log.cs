using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Every message of the store. Event ids never change.</summary>
internal static partial class Log
{
    [LoggerMessage(111, LogLevel.Warning, "Other accounts on this machine can read '{Path}' (mode {Mode}). It names users, and where leeway is on, it lets anyone who holds an old token derive the current one. Give it mode 600, or its folder 700")]
    public static partial void FileIsReadableByOthers(this ILogger logger, string path, string mode);

    [LoggerMessage(112, LogLevel.Warning, "The path of the SQLite file is relative. It means '{Path}' only if the process starts in this folder: pass an absolute path to UseSqlite (SqliteStoreOptions.DataSource)")]
    public static partial void PathIsRelative(this ILogger logger, string path);
}
