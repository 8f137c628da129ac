using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Every message of the store. Event ids never change.</summary>
internal static partial class Log
{
    [LoggerMessage(111, LogLevel.Warning, "Other accounts of this machine can read '{Path}' (mode {Mode}): it names users, and derives the current token from an old one where there is leeway. Give it mode 600, or its folder 700")]
    public static partial void FileIsReadableByOthers(this ILogger logger, string path, string mode);

    [LoggerMessage(112, LogLevel.Warning, "The path of the SQLite file is relative, and means '{Path}' as long as the process starts in this folder: name an absolute path to UseSqlite (SqliteStoreOptions.DataSource)")]
    public static partial void PathIsRelative(this ILogger logger, string path);
}
