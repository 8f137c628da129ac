namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Reads the version of the tables, and brings them to the current one.</summary>
internal static class SchemaUpgrade
{
    /// <summary>Marks the file as the store's: "RTRS" in ASCII.</summary>
    public const int ApplicationId = 0x52545253;

    private static readonly string[] Scripts = ["001_families.sql", "002_policies.sql", "003_trails.sql"];

    public static int CurrentVersion => Scripts.Length;

    /// <summary>The version that the file has; 0 if it is empty. Read in one transaction, so that a file that another process is creating is not seen half way.</summary>
    /// <exception cref="InvalidOperationException">It is another application's, or newer than this library.</exception>
    public static int ReadVersion(Session session) => InTransaction(session, "BEGIN", ReadVersionOnce);

    /// <summary>Runs what is missing, each script in a transaction. Processes that start together come one after the other.</summary>
    public static void Apply(Session session, int target)
    {
        while (ReadVersion(session) < target)
        {
            InTransaction(session, "BEGIN IMMEDIATE", session =>
            {
                var version = ReadVersionOnce(session);
                if (version < target)
                {
                    session.Script(EmbeddedText.Read(Scripts[version]));
                    session.Script($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version + 1}");
                }

                return version;
            });
        }
    }

    private static int ReadVersionOnce(Session session)
    {
        var application = session.Scalar("PRAGMA application_id");
        var version = session.Scalar("PRAGMA user_version");
        if (application != ApplicationId && (application != 0 || version != 0 || session.Scalar("SELECT count(*) FROM sqlite_master") != 0))
        {
            throw Faults.OtherApplication(session.Path);
        }

        return version <= CurrentVersion ? (int)version : throw Faults.Newer(session.Path, version, CurrentVersion);
    }

    private static int InTransaction(Session session, string begin, Func<Session, int> work)
    {
        session.Script(begin);
        try
        {
            var result = work(session);
            session.Script("COMMIT");
            return result;
        }
        finally
        {
            if (session.IsInTransaction)
            {
                session.Script("ROLLBACK");
            }
        }
    }
}
