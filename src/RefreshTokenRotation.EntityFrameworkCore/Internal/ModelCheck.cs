using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Looks at the final model for what a host said about the store's columns after the call that added them. Its conventions, which come before
/// that call, are taken back by the call itself.</summary>
internal static class ModelCheck
{
    /// <summary>Refuses a model whose columns are not as the store made them.</summary>
    /// <exception cref="InvalidOperationException">The message names each column and what is wrong with it.</exception>
    public static void Require(DbContext context)
    {
        var model = context.GetService<IDesignTimeModel>().Model;
        var made = new ModelBuilder();
        new RowTypes(new RefreshTokenRotationModelOptions { ReplaysTable = nameof(ReplayRow) }).AddTo(made);
        var faults = new[] { typeof(FamilyRow), typeof(LockRow), typeof(PolicyRow), typeof(ReplayRow) }
            .Where(type => type != typeof(ReplayRow) || model.FindEntityType(type) is not null)
            .SelectMany(type => FindFaults(model.FindEntityType(type)!, made.Model.FindEntityType(type)!))
            .ToList();
        if (faults.Count > 0)
        {
            throw new InvalidOperationException(
                $"The model of {context.GetType().Name} changes columns of the refresh token store, which would lose or mix up what is in them: "
                + $"{string.Join("; ", faults)}. Leave the store's entities out of settings for all entities that come after modelBuilder.AddRefreshTokenRotation(), "
                + "or call it last.");
        }
    }

    private static IEnumerable<string> FindFaults(IEntityType actual, IReadOnlyEntityType made) =>
        from property in actual.GetProperties()
        where !property.IsShadowProperty()
        let fault = FindFault(property, made.FindProperty(property.Name))
        where fault is not null
        select $"{actual.GetTableName()}.{property.GetColumnName()} {fault}";

    private static string? FindFault(IProperty property, IReadOnlyProperty? made) =>
        property.GetValueConverter() is { } converter ? $"has a value converter ({converter.GetType().Name})"
        : property.GetProviderClrType() is { } type ? $"is converted to {type.Name}"
        : property.FindAnnotation(RelationalAnnotationNames.ColumnType)?.Value is string columnType ? $"has the column type {columnType}"
        : property.ValueGenerated != ValueGenerated.Never ? "has generated values"
        : property.IsConcurrencyToken ? "is a concurrency token"
        : made is null ? null
        : property.GetMaxLength() != made.GetMaxLength() ? $"has the length {Text(property.GetMaxLength())}, not {Text(made.GetMaxLength())}"
        : property.IsNullable != made.IsNullable ? $"is {(property.IsNullable ? "nullable" : "required")}"
        : property.IsUnicode() == false ? "is not Unicode"
        : property.IsFixedLength() != made.IsFixedLength() ? "is of another kind of length"
        : null;

    private static string Text(int? length) => length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unbounded";
}
