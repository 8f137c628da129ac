using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace RefreshTokenRotation.Sqlite.Support;

/// <summary>Uses the SQLite library of the operating system, in place of a package that brings one.</summary>
internal static class SystemSqlite
{
    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3"];

    /// <summary>Call it once, before anything else asks for SQLite.</summary>
    public static void Use()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        foreach (var candidate in Names)
        {
            if (name == "e_sqlite3" && NativeLibrary.TryLoad(candidate, out var library))
            {
                return library;
            }
        }

        return 0;
    }
}
