using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace AuthorizationServer.Setup;

/// <summary>Takes the SQLite of the operating system, so that its updates reach this server. A host that brings its own references a
/// bundle of SQLitePCLRaw in place of this.</summary>
internal static class SystemSqlite
{
    public static void Use()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
    }

    private static IntPtr Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var name in (string[])["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3.dll"])
        {
            if (library == "e_sqlite3" && NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        return IntPtr.Zero;
    }
}
