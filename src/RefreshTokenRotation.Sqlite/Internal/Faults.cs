using SQLitePCL;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Says what is wrong with which file, and what helps. No value of a row and no password is in a message.</summary>
internal static class Faults
{
    public static SqliteException Create(string path, int code, int extendedCode, string message) =>
        new($"SQLite error {code & 0xFF} ('{message}') in '{path}'{Advice(path, code & 0xFF)}", code & 0xFF, extendedCode);

    public static SqliteException Create(string path, SqliteException fault) =>
        Create(path, fault.SqliteErrorCode, fault.SqliteExtendedErrorCode, raw.sqlite3_errstr(fault.SqliteErrorCode).utf8_to_string());

    public static InvalidOperationException NoProvider(Exception fault) => new(
        "No SQLite library is loaded. The application chooses it: reference a package that includes one, such as "
        + "SQLitePCLRaw.bundle_e_sqlite3, or call SQLitePCL.raw.SetProvider before the host starts.",
        fault);

    public static SqliteException Gone(string path) => new(
        $"'{path}' was moved or deleted while it was open. Put it back, with its -wal and -shm files, before the host ends.", raw.SQLITE_CANTOPEN);

    public static SqliteException Replaced(string path) => new(
        $"'{path}' was replaced by another file while it was open. Nothing is written to either. Every completed write is in the original file. You can put it "
        + "back by renaming it while the host runs. To continue with the new file, restart the host.",
        raw.SQLITE_CANTOPEN);

    public static InvalidOperationException ReadOnly(string path) =>
        new($"'{path}' is read-only for this process. Give its user the right to write the file and its folder, '{Path.GetDirectoryName(path)}'.");

    public static InvalidOperationException NoWriteAheadLog(string path, string? mode) =>
        new($"'{path}' can't keep a write-ahead log (journal mode '{mode}'). It needs a local file system with shared memory and locks.");

    public static InvalidOperationException OtherApplication(string path) =>
        new($"'{path}' holds the data of another application. The store needs its own file.");

    public static InvalidOperationException Newer(string path, long version, int known) =>
        new($"'{path}' has schema version {version}, and this version of the library knows {known}. A newer version has upgraded it: use that one.");

    public static InvalidOperationException Older(string path, long version, int needed) =>
        new($"'{path}' has schema version {version}, and version {needed} is needed. Set CreateSchema to upgrade it at startup.");

    public static bool IsBusy(SqliteException fault) => fault.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    private static string Advice(string path, int code) => code switch
    {
        raw.SQLITE_BUSY => ": another process kept it locked for longer than BusyTimeout.",
        raw.SQLITE_CANTOPEN when Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder) => $": the folder '{folder}' does not exist.",
        raw.SQLITE_CANTOPEN when !File.Exists(path) =>
            $": it is missing and may not be created, or this process can't write to its folder, '{Path.GetDirectoryName(path)}'.",
        raw.SQLITE_CANTOPEN => $": this process can't read and write it, or can't write to its folder, '{Path.GetDirectoryName(path)}'.",
        raw.SQLITE_READONLY => $": it or its folder, '{Path.GetDirectoryName(path)}', is read-only for this process.",
        raw.SQLITE_NOTADB => ": it is not a SQLite database, or it is encrypted. It was left as it is.",
        raw.SQLITE_CORRUPT => ": it is damaged. Stop the host and restore a backup, or save what sqlite3's .recover can read.",
        raw.SQLITE_FULL => ": no space is left. The write was rolled back.",
        _ => ".",
    };
}
