using System.Data.Common;
using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Puts a statement together, with its parameters in the order of their places.</summary>
/// <param name="command">The provider's builder.</param>
/// <param name="sql">The provider's names.</param>
/// <param name="isNumbered">Whether parameters are numbered: Npgsql rewrites a text with named ones at each call.</param>
internal sealed class StatementBuilder(IRelationalCommandBuilder command, ISqlGenerationHelper sql, bool isNumbered)
{
    public StatementBuilder Append(string text)
    {
        command.Append(text);
        return this;
    }

    public StatementBuilder Bind(IColumnMapping column, Func<StatementValues, object?> get)
    {
        var place = command.Parameters.Count;
        var name = string.Create(CultureInfo.InvariantCulture, $"p{place}");
        command.Append(isNumbered ? string.Create(CultureInfo.InvariantCulture, $"${place + 1}") : sql.GenerateParameterNamePlaceholder(name));
        command.AddParameter(new Parameter(place, isNumbered ? string.Empty : sql.GenerateParameterName(name), column, get));
        return this;
    }

    public IRelationalCommand Build() => command.Build();

    private sealed class Parameter(int place, string name, IColumnMapping column, Func<StatementValues, object?> get) : IRelationalParameter
    {
        private readonly RelationalTypeMapping _mapping = column.TypeMapping;
        private readonly bool _isNullable = column.Property.IsNullable;

        /// <summary>Numbers and hashes: all but the value is the same each time. The size of other texts and bytes may depend on the value.</summary>
        private readonly bool _isUsedAgain = column.TypeMapping.Converter is null && (column.Property.ClrType.IsPrimitive || column.Property.IsFixedLength() == true);

        public string InvariantName => name;

        public void AddDbParameter(DbCommand command, IReadOnlyDictionary<string, object?>? parameterValues) =>
            AddDbParameter(command, parameterValues![StatementValues.Name]);

        public void AddDbParameter(DbCommand command, object? value)
        {
            var values = (StatementValues)value!;
            var parameter = values.Parameters[place];
            if (parameter is null)
            {
                parameter = _mapping.CreateParameter(command, name, get(values), _isNullable);
                values.Parameters[place] = _isUsedAgain ? parameter : null;
            }
            else
            {
                parameter.Value = get(values) ?? DBNull.Value;
            }

            command.Parameters.Add(parameter);
        }
    }
}

/// <summary>Reads a row as the framework does: by the method, the conversion and the converter of each column's type mapping.</summary>
internal static class RowReader
{
    private static readonly ParameterExpression Reader = Expression.Parameter(typeof(DbDataReader));

    /// <summary>Compiles the reading, once per model.</summary>
    /// <param name="columns">The columns in the order of the query.</param>
    /// <param name="hasRole">Whether the query has one more column, which says if the server is a standby.</param>
    public static Func<DbDataReader, FoundRow> Compile(IReadOnlyList<IColumnMapping> columns, bool hasRole)
    {
        var row = Expression.MemberInit(
            Expression.New(typeof(FamilyRow)), columns.Select(static (column, i) => Expression.Bind(column.Property.PropertyInfo!, Read(column, Expression.Constant(i)))));
        Expression isOfStandby = hasRole ? Expression.Call(Reader, nameof(DbDataReader.GetBoolean), null, Expression.Constant(columns.Count)) : Expression.Constant(false);
        return Expression.Lambda<Func<DbDataReader, FoundRow>>(Expression.New(typeof(FoundRow).GetConstructors().Single(), row, isOfStandby), Reader).Compile();
    }

    private static Expression Read(IColumnMapping column, ConstantExpression place)
    {
        var (mapping, type) = (column.TypeMapping, column.Property.ClrType);
        var method = mapping.GetDataReaderMethod();
        var value = mapping.CustomizeDataReaderExpression(Expression.Call(To(Reader, method.DeclaringType!), method, place));
        if (mapping.Converter?.ConvertFromProviderExpression is { } convert)
        {
            value = ReplacingExpressionVisitor.Replace(convert.Parameters[0], To(value, convert.Parameters[0].Type), convert.Body);
        }

        value = To(value, type);
        return column.Property.IsNullable
            ? Expression.Condition(Expression.Call(Reader, nameof(DbDataReader.IsDBNull), null, place), Expression.Default(type), value)
            : value;
    }

    private static Expression To(Expression value, Type type) => value.Type == type ? value : Expression.Convert(value, type);
}
