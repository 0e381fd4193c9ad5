using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Tests;

/// <summary>Sizes that are worked out from declarations, against those that the runtime uses.</summary>
public sealed class StructLayoutTests
{
    [Theory]
    [InlineData("public struct S { byte a; ulong b; byte c; }")]
    [InlineData("public struct S { byte a; ushort b; uint c; byte d; }")]
    [InlineData("public struct S;")]
    [InlineData("public struct S { bool a; char b; nint c; float d; double e; E f; } public enum E : short { A }")]
    [InlineData("public struct S { byte a; T b; byte c; } public struct T { ulong a; byte b; }")]
    [InlineData("[StructLayout(LayoutKind.Sequential, Pack = 1)] public struct S { byte a; ulong b; ushort c; }")]
    [InlineData("[StructLayout(LayoutKind.Sequential, Pack = 4)] public struct S { byte a; ulong b; byte c; }")]
    [InlineData("[StructLayout(LayoutKind.Sequential, Size = 112)] public struct S { byte a; }")]
    [InlineData("[StructLayout(LayoutKind.Sequential, Size = 1)] public struct S { ulong a; }")]
    [InlineData("[StructLayout(LayoutKind.Explicit)] public struct S { [FieldOffset(0)] ulong a; [FieldOffset(0)] T b; } public struct T { ulong a, b; byte c; }")]
    [InlineData("[StructLayout(LayoutKind.Explicit)] public struct S { [FieldOffset(3)] byte a; [FieldOffset(8)] uint b; }")]
    [InlineData("public unsafe struct S { byte a; fixed ushort b[5]; byte* c; delegate*<void> d; }")]
    [InlineData("[System.Runtime.CompilerServices.InlineArray(7)] public struct S { uint a; }")]
    [InlineData("public struct S { static ulong s; const int C = 3; byte a; }")]
    [InlineData("public struct S { G<byte> a; G<ulong> b; } public struct G<T> { T a; byte b; }")]
    public void Size_IsTheRuntimes(string declarations)
    {
        CSharpCompilation compilation = GuestCompilation.Create("#pragma warning disable\nusing System.Runtime.InteropServices; " + declarations);
        using MemoryStream image = new();
        Assert.True(compilation.Emit(image).Success);
        Type type = Assembly.Load(image.ToArray()).GetType("S")!;
        Assert.Equal(SizeOf(type), StructLayouts.SizeOf(compilation.GetTypeByMetadataName("S")!));
    }

    [Fact]
    public void StructOfALibrary_IsMeasured() =>
        Assert.Equal(4, StructLayouts.SizeOf(GuestCompilation.Create("").GetTypeByMetadataName("ParaKit.Guest.Xen.GrantReference")!));

    [Theory]
    [InlineData("[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)] struct S { byte a; ulong b; }")]
    [InlineData("struct S { string a; }")]
    [InlineData("struct S { T a; } [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)] struct T { byte a; }")]
    public void Size_IsNotDefined(string declarations) =>
        Assert.Null(StructLayouts.SizeOf(GuestCompilation.Create(declarations).GetTypeByMetadataName("S")!));

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
