using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>The two statements of an exchange, built once per model from the provider's identifiers, parameter names and type mappings. An expression of so many columns
/// costs several times what its statement does.</summary>
/// <remarks>They run as commands of the context: on its connection, in its transaction, by its execution strategy, with its interceptors and logging.</remarks>
internal sealed class ExchangeStatements
{
    private static readonly ConditionalWeakTable<IModel, ExchangeStatements> Built = [];

    private readonly IRelationalCommand _find;
    private readonly IRelationalCommand _swap;
    private readonly Func<DbDataReader, FoundRow> _read;

    /// <summary>As many as there were calls at once.</summary>
    private readonly ConcurrentBag<StatementValues> _findValues = [];
    private readonly ConcurrentBag<StatementValues> _swapValues = [];
    private volatile bool _isRefused;

    private ExchangeStatements(DbContext context)
    {
        var table = context.Model.FindEntityType(typeof(FamilyRow))!.GetTableMappings().Single();
        var columns = table.ColumnMappings.Where(static column => !column.Property.IsShadowProperty()).ToArray();
        var sql = context.GetService<ISqlGenerationHelper>();
        var isPostgreSql = ServerRole.IsPostgreSql(context);
        var (key, version, day) = (Column(nameof(FamilyRow.LookupKey)), Column(nameof(FamilyRow.Version)), Column(nameof(FamilyRow.PruneBucket)));
        var name = sql.DelimitIdentifier(table.Table.Name, table.Table.Schema);
        _read = RowReader.Compile(columns, isPostgreSql);
        _find = Statement()
            .Append($"SELECT {string.Join(", ", columns.Select(Name))}{(isPostgreSql ? ", pg_is_in_recovery()" : string.Empty)} FROM {name} WHERE {Name(key)} = ")
            .Bind(key, static values => values.Key)
            .Build();
        var swap = Statement().Append($"UPDATE {name} SET ");
        foreach (var column in FamilyRow.Changes.Select(Column))
        {
            var getter = column.Property.GetGetter();
            swap.Append($"{Name(column)} = ").Bind(column, values => getter.GetClrValue(values.Row)).Append(", ");
        }

        // A parameter for each place, in their order: some drivers know no others.
        _swap = swap
            .Append($"{Name(day)} = CASE WHEN {Name(day)} >= ").Bind(day, static values => values.Row.PruneBucket - PruneDay.Slack)
            .Append($" AND {Name(day)} <= ").Bind(day, static values => values.Row.PruneBucket)
            .Append($" THEN {Name(day)} ELSE ").Bind(day, static values => values.Row.PruneBucket)
            .Append($" END WHERE {Name(key)} = ").Bind(key, static values => values.Key)
            .Append($" AND {Name(version)} = ").Bind(version, static values => values.ExpectedVersion)
            .Build();

        IColumnMapping Column(string property) => columns.Single(column => column.Property.Name == property);
        string Name(IColumnMapping column) => sql.DelimitIdentifier(column.Column.Name);
        StatementBuilder Statement() => new(context.GetService<IRelationalCommandBuilderFactory>().Create(), sql, isPostgreSql);
    }

    /// <summary>Whether the database refused them at the start, and took the framework's own.</summary>
    public bool IsRefused => _isRefused;

    public string FindText => _find.CommandText;

    public string SwapText => _swap.CommandText;

    public IReadOnlyList<IRelationalParameter> SwapParameters => _swap.Parameters;

    public static ExchangeStatements Of(DbContext context) =>
        Built.TryGetValue(context.Model, out var built) ? built : Built.GetValue(context.Model, _ => new ExchangeStatements(context));

    /// <summary>Leaves exchanges on this model to the framework's own statements.</summary>
    public void Refuse() => _isRefused = true;

    public Task<FoundRow?> FindAsync(DbContext context, byte[] lookupKey, CancellationToken cancellationToken) =>
        context.Database.CreateExecutionStrategy().ExecuteAsync(
            (Statements: this, Key: lookupKey),
            static (context, find, token) => find.Statements.ReadAsync(context, find.Key, token),
            verifySucceeded: null,
            cancellationToken);

    public Task<int> SwapAsync(DbContext context, FamilyRow next, long expectedVersion, CancellationToken cancellationToken) =>
        context.Database.CreateExecutionStrategy().ExecuteAsync(
            (Statements: this, Next: next, Version: expectedVersion),
            static (context, swap, token) => swap.Statements.WriteAsync(context, swap.Next, swap.Version, token),
            verifySucceeded: null,
            cancellationToken);

    private async Task<FoundRow?> ReadAsync(DbContext context, byte[] lookupKey, CancellationToken cancellationToken)
    {
        // A command that reads belongs to its connection, because it keeps the reader.
        var connection = context.GetService<IRelationalConnection>();
        var command = connection.RentCommand();
        try
        {
            command.PopulateFrom(_find);
            var values = _findValues.TryTake(out var used) ? used : new StatementValues(_find.Parameters.Count);
            values.Key = lookupKey;
            var reader = await command.ExecuteReaderAsync(Run(context, connection, values, CommandSource.LinqQuery), cancellationToken).ConfigureAwait(false);
            await using var ownedReader = reader.ConfigureAwait(false);
            var found = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? _read(reader.DbDataReader) : null;
            await reader.DisposeAsync().ConfigureAwait(false);
            _findValues.Add(values);
            return found;
        }
        finally
        {
            connection.ReturnCommand(command);
        }
    }

    private async Task<int> WriteAsync(DbContext context, FamilyRow next, long expectedVersion, CancellationToken cancellationToken)
    {
        var values = _swapValues.TryTake(out var used) ? used : new StatementValues(_swap.Parameters.Count);
        (values.Key, values.Row, values.ExpectedVersion) = (next.LookupKey, next, expectedVersion);
        var written = await _swap.ExecuteNonQueryAsync(
            Run(context, context.GetService<IRelationalConnection>(), values, CommandSource.ExecuteUpdate), cancellationToken).ConfigureAwait(false);

        // Not after a fault, which may have left a parameter in a command.
        _swapValues.Add(values);
        return written;
    }

    private static RelationalCommandParameterObject Run(DbContext context, IRelationalConnection connection, StatementValues values, CommandSource source) =>
        new(connection, values.Named, readerColumns: null, context, context.GetService<IRelationalCommandDiagnosticsLogger>(), source);
}

/// <summary>What one run of a statement needs, and the parameters that the next one can use again.</summary>
internal sealed class StatementValues
{
    public const string Name = "values";

    public StatementValues(int parameters)
    {
        Named = new Dictionary<string, object?>(1) { [Name] = this };
        Parameters = new DbParameter?[parameters];
    }

    public byte[] Key { get; set; } = [];

    /// <summary>What a swap writes.</summary>
    public FamilyRow Row { get; set; } = null!;

    public long ExpectedVersion { get; set; }

    /// <summary>This object, as a command takes it.</summary>
    public Dictionary<string, object?> Named { get; }

    public DbParameter?[] Parameters { get; }
}
