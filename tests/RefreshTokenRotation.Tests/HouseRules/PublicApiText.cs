using System.Reflection;
using System.Text;

namespace RefreshTokenRotation.Tests.HouseRules;

/// <summary>The public surface of an assembly as text, one member a line, in an order that does not depend on the compiler.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Render(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetTypes().Where(type => type.IsVisible).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : type.IsValueType ? "struct" : "class";
        var modifier = kind != "class" ? string.Empty : type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : string.Empty;
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var bases = type.GetInterfaces().Except(inherited).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (kind == "class" && type.BaseType is { } parent && parent != typeof(object))
        {
            bases.Insert(0, Name(parent));
        }

        return $"{modifier}{kind} {type.FullName}{(bases.Count == 0 || kind is "enum" or "delegate" ? string.Empty : " : " + string.Join(", ", bases))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}");
        }

        return type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field)
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(IsVisible)).Select(Property))
            .Concat(type.GetConstructors(Declared).Where(IsVisible).Select(constructor => $"new({Parameters(constructor)})"))
            .Concat(type.GetMethods(Declared).Where(method => IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))).Select(Method));
    }

    private static bool IsVisible(MethodBase method) => (method.IsPublic || method.IsFamily) && !method.Name.Contains('<');

    private static string Field(FieldInfo field) =>
        (field.IsLiteral ? "const " : field.IsStatic ? "static " : string.Empty)
        + $"{Name(field.FieldType)} {field.Name}"
        + (field.IsLiteral ? $" = {(field.GetRawConstantValue() is string value ? $"\"{value}\"" : field.GetRawConstantValue())}" : string.Empty);

    private static string Property(PropertyInfo property)
    {
        var set = property.SetMethod is { } setter && IsVisible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;"
            : string.Empty;
        var required = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)) ? "required " : string.Empty;
        var stat = property.GetAccessors(true)[0].IsStatic ? "static " : string.Empty;
        var nullable = Nullability.Create(property).ReadState == NullabilityState.Nullable && !property.PropertyType.IsValueType ? "?" : string.Empty;
        return $"{stat}{required}{Name(property.PropertyType)}{nullable} {property.Name} {{ get;{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : string.Empty;
        var nullable = Nullability.Create(method.ReturnParameter).ReadState == NullabilityState.Nullable && !method.ReturnType.IsValueType ? "?" : string.Empty;
        return $"{(method.IsStatic ? "static " : string.Empty)}{Name(method.ReturnType)}{nullable} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var nullable = Nullability.Create(parameter).WriteState == NullabilityState.Nullable && !parameter.ParameterType.IsValueType ? "?" : string.Empty;
        var value = parameter.HasDefaultValue ? $" = {parameter.DefaultValue switch { null => "default", "" => "\"\"", var other => other }}" : string.Empty;
        return $"{(parameter.IsOut ? "out " : string.Empty)}{Name(parameter.ParameterType)}{nullable} {parameter.Name}{value}";
    }));

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsArray)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : string.Empty);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
