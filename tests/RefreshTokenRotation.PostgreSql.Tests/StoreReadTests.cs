using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Reads that the server rolls back, as it may under serializable.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StoreReadTests
{
    private const int Tries = 10;

    [Test]
    public async Task Read_that_the_server_rolls_back_is_repeated([Values] bool isList, [Values("40001", "40P01")] string state)
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Store();
        var family = Families.Create();
        await store.AddAsync(family);
        await FailFirstAsync(schema, Tries - 1, state);

        (await ReadAsync(store, family, isList)).Should().BeEquivalentTo(family);
        (await store.FindAsync(family)).Should().BeEquivalentTo(family, "the commands and the connections are sound");
    }

    [Test]
    public async Task Read_that_is_rolled_back_again_and_again_or_fails_otherwise_is_an_outage([Values] bool isList, [Values("40001", "53200")] string state)
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Store();
        var family = Families.Create();
        await store.AddAsync(family);
        await FailFirstAsync(schema, state == "40001" ? Tries : 1, state);

        var read = () => ReadAsync(store, family, isList);

        (await read.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(state);
        await read.Should().NotThrowAsync();
    }

    private static async Task<TokenFamily?> ReadAsync(ITokenStore store, TokenFamily family, bool isList) => isList
        ? (await store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForUser("alice"), null, 10, Families.Now), CancellationToken.None)).Single()
        : await store.FindAsync(family);

    /// <summary>A view in the place of the table, whose first reads fail. A sequence counts them: it is rolled back by nothing.</summary>
    private static Task FailFirstAsync(TestSchema schema, int times, string state) => schema.ExecuteAsync($"""
        CREATE SEQUENCE {schema.Name}.reads;
        CREATE FUNCTION {schema.Name}.is_readable() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            IF nextval('{schema.Name}.reads') <= {times} THEN
                RAISE EXCEPTION 'rolled back' USING ERRCODE = '{state}';
            END IF;
            RETURN true;
        END $$;
        ALTER TABLE {schema.Table} RENAME TO rows;
        CREATE VIEW {schema.Table} AS SELECT * FROM {schema.Name}.rows WHERE {schema.Name}.is_readable();
        """);
}
