using System.Reflection;
using ParaKit.Generators.Model;

namespace ParaKit.Generators.Tests;

/// <summary>Models live from run to run: one Roslyn object in them would keep a whole compilation alive and defeat caching.</summary>
public sealed class ModelPurityTests
{
    private static readonly Type[] s_models =
        [.. typeof(CallSite).Assembly.GetTypes().Where(type => type.Namespace == typeof(CallSite).Namespace && !type.Name.Contains('<', StringComparison.Ordinal))];

    public static TheoryData<string> Models => [.. s_models.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Model_HoldsOnlyPlainData(string name)
    {
        Type model = s_models.Single(type => type.Name == name);
        Assert.Empty(Impurities(model));
        Assert.True(Implements(model, typeof(IEquatable<>)), $"{name} is not compared by value");
    }

    [Fact]
    public void Impurity_IsFound() => Assert.NotEmpty(Impurities(typeof(Impure)));

    private static IEnumerable<string> Impurities(Type model) => model
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(field => !IsPlain(field.FieldType))
        .Select(field => $"{model.Name}.{field.Name}: {field.FieldType}");

    private static bool IsPlain(Type type) => type switch
    {
        _ when type == typeof(string) || type.IsPrimitive || type.IsGenericParameter => true,
        _ when type.IsArray => IsPlain(type.GetElementType()!),
        _ when type.IsGenericType => IsModel(type) && type.GetGenericArguments().All(IsPlain),
        _ => IsModel(type),
    };

    private static bool IsModel(Type type) => type.Namespace == typeof(CallSite).Namespace;

    private static bool Implements(Type type, Type generic) =>
        type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == generic);

    private sealed record Impure(Microsoft.CodeAnalysis.ISymbol Symbol);
}
