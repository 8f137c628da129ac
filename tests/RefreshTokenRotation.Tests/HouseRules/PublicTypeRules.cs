using System.Reflection;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.HouseRules;

[TestFixture]
internal sealed class PublicTypeRules
{
    private static IEnumerable<Type> Types => Libraries.All.SelectMany(library => library.GetTypes()).Where(type => !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), true));

    private static IEnumerable<MethodInfo> Methods => Types
        .Where(type => !typeof(Delegate).IsAssignableFrom(type) && type.FullName!.StartsWith("RefreshTokenRotation", StringComparison.Ordinal))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => !method.IsSpecialName && !method.Name.Contains('<') && !method.Name.Contains('.'));

    [Test]
    public void Public_classes_are_sealed_static_or_closed_to_heirs()
    {
        Types.Where(type => type.IsVisible && type.IsClass && !type.IsSealed && !IsClosed(type) && !IsHarness(type)).Should().BeEmpty();
    }

    [Test]
    public void What_lies_in_rotation_and_internal_is_internal()
    {
        Types.Where(type => type.IsVisible && type.Namespace!.Split('.')[1..].Any(part => part is "Rotation" or "Internal" or "InMemory" or "Advice"))
            .Should().BeEmpty();
        Types.Should().Contain(type => type.Namespace == "RefreshTokenRotation.Rotation").And.Contain(type => type.Namespace == "RefreshTokenRotation.Internal");
    }

    [Test]
    public void Methods_that_return_a_task_end_in_Async_and_no_others_do()
    {
        var wrong = Methods.Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal) != IsTask(method.ReturnType)).Select(Describe);

        wrong.Should().BeEmpty();
        Methods.Count(method => IsTask(method.ReturnType)).Should().BeGreaterThan(30, "the rule looks at something");
    }

    [Test]
    public void Cancellation_token_is_the_last_parameter()
    {
        var taking = Methods.Where(method => method.GetParameters().Any(IsToken)).ToArray();

        taking.Where(method => !IsToken(method.GetParameters()[^1])).Select(Describe).Should().BeEmpty();
        taking.Should().HaveCountGreaterThan(30);
    }

    [Test]
    public void Every_public_asynchronous_method_takes_a_cancellation_token()
    {
        Methods.Where(method => method.DeclaringType!.IsVisible && method.IsPublic && IsTask(method.ReturnType) && !method.GetParameters().Any(IsToken)
            && method.Name is not (nameof(IAsyncDisposable.DisposeAsync) or nameof(AspNetCore.ExchangeResultExtensions.ToHttpResultAsync)))
            .Select(Describe).Should().BeEmpty();
    }

    [TestCase(typeof(ITokenStore), false)]
    [TestCase(typeof(IRotationPolicyStore), false)]
    [TestCase(typeof(IRotationPolicyResolver), false)]
    [TestCase(typeof(IExchangeHook), false)]
    [TestCase(typeof(IRefreshTokenEventHandler), false)]
    [TestCase(typeof(IRefreshTokenService), true)]
    [TestCase(typeof(ITokenFamilyManager), true)]
    [TestCase(typeof(IRotationPolicyManager), true)]
    [TestCase(typeof(IRotationAdvisor), true)]
    public void Cancellation_token_is_optional_for_callers_and_required_for_implementers(Type type, bool optional)
    {
        CallsOf(type).Should().NotBeEmpty();
        CallsOf(type).Should().OnlyContain(method => method.GetParameters().Last().IsOptional == optional);
    }

    [Test]
    public void Token_store_has_six_methods()
    {
        CallsOf(typeof(ITokenStore)).Should().HaveCount(6);
    }

    private static IEnumerable<MethodInfo> CallsOf(Type type) => type.GetMethods().Where(static method => !method.IsSpecialName);

    private static bool IsClosed(Type type) =>
        type.IsAbstract
        && type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(constructor => constructor.GetParameters() is not [var copied] || copied.ParameterType != type)
            .All(constructor => constructor.IsPrivate || constructor.IsAssembly);

    /// <summary>What authors of stores derive from.</summary>
    private static bool IsHarness(Type type) => type.IsAbstract && type.Name.EndsWith("Harness", StringComparison.Ordinal);

    private static bool IsTask(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));

    private static bool IsToken(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken);

    private static string Describe(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
