using System.Runtime.CompilerServices;
using RefreshTokenRotation.Sqlite.Support;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

internal static class TestSetup
{
    [ModuleInitializer]
    internal static void UseSqlite() => SystemSqlite.Use();
}
