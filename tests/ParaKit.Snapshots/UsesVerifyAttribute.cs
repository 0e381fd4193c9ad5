using System.Reflection;
using VerifyTests;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>Marks a test class with snapshots: remembers the running test, whose name is the file's.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UsesVerifyAttribute : BeforeAfterTestAttribute
{
    private static readonly AsyncLocal<MethodInfo?> s_method = new();

    internal static MethodInfo Method => s_method.Value ?? throw new VerifyException("The test class needs [UsesVerify].");

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest) => s_method.Value = methodUnderTest;

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest) => s_method.Value = null;
}
