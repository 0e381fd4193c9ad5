using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>The guest library's API as analyzers and generators see it: metadata names, never referenced types.</summary>
internal static class GuestApi
{
    internal const string SensitiveAttribute = "ParaKit.Guest.SensitiveAttribute";
    internal const string NativeOnlyAttribute = "ParaKit.Guest.NativeOnlyAttribute";
    internal const string TrapFrame = "ParaKit.Guest.TrapFrame";
    internal const string Operations = "ParaKit.Guest.X86";
    internal const string FrameTranslation = "ParaKit.Guest.FrameTranslation";
    internal const string Hypercall = "ParaKit.Guest.Xen.Hypercall";
    internal const string Multicall = "ParaKit.Guest.Xen.Multicall";
    internal const string PageTable = "ParaKit.Guest.PageTable";
    internal const string PageTableBatch = "ParaKit.Guest.PageTableBatch";
    internal const string PageTableEntryAttribute = "ParaKit.Guest.PageTableEntryAttribute";
    internal const string EventsMaskedAttribute = "ParaKit.Guest.EventsMaskedAttribute";
    internal const string InterruptContextAttribute = "ParaKit.Guest.InterruptContextAttribute";
    internal const string MaySleepAttribute = "ParaKit.Guest.MaySleepAttribute";
    internal const string NoAllocationAttribute = "ParaKit.Guest.NoAllocationAttribute";
    internal const string IoRingAttribute = "ParaKit.Guest.IoRingAttribute";
    internal const string SharedMemoryAttribute = "ParaKit.Abi.SharedMemoryAttribute";
    internal const string ProducerIndexAttribute = "ParaKit.Abi.ProducerIndexAttribute";
    internal const string ConsumerIndexAttribute = "ParaKit.Abi.ConsumerIndexAttribute";
    internal const string EventIndexAttribute = "ParaKit.Abi.EventIndexAttribute";
    internal const string WriteBarrierAttribute = "ParaKit.Guest.WriteBarrierAttribute";
    internal const string NotifiesPeerAttribute = "ParaKit.Guest.NotifiesPeerAttribute";
    internal const string NotifyCheckAttribute = "ParaKit.Guest.NotifyCheckAttribute";
    internal const string TakesEntryAttribute = "ParaKit.Guest.TakesEntryAttribute";
    internal const string FinalCheckAttribute = "ParaKit.Guest.FinalCheckAttribute";
    internal const string AcquiresGrantAttribute = "ParaKit.Guest.AcquiresGrantAttribute";
    internal const string EndsGrantAttribute = "ParaKit.Guest.EndsGrantAttribute";
    internal const string TrapHandlerAttribute = "ParaKit.Guest.TrapHandlerAttribute";
    internal const string EventHandlerAttribute = "ParaKit.Guest.EventHandlerAttribute";
    internal const string SystemCallEntryAttribute = "ParaKit.Guest.SystemCallEntryAttribute";
    internal const string HypercallAttribute = "ParaKit.Guest.HypercallAttribute";
    internal const string RuntimeExportAttribute = "System.Runtime.RuntimeExportAttribute";
    internal const string DoesNotReturnAttribute = "System.Diagnostics.CodeAnalysis.DoesNotReturnAttribute";
    internal const string RuntimeImportAttribute = "System.Runtime.RuntimeImportAttribute";

    /// <summary>MSBuild property that says which image is being built; absent outside guest compilations.</summary>
    internal const string ModeProperty = "build_property.ParaKitMode";

    /// <summary>Value of <see cref="ModeProperty"/> for the image that reaches the hypervisor through hypercalls.</summary>
    internal const string ParavirtualMode = "paravirt";

    /// <summary>Value of <see cref="ModeProperty"/> for the image that runs without a hypervisor.</summary>
    internal const string NativeMode = "native";

    /// <summary>Value of <see cref="ModeProperty"/> for a library of operations, which serves images of both kinds.</summary>
    internal const string LibraryMode = "library";

    /// <summary>MSBuild property; <c>true</c> when the build makes a paravirtual image beside the one in <see cref="ModeProperty"/>.</summary>
    internal const string ParavirtualProperty = "build_property.ParaKitMakesParavirtual";

    /// <summary>MSBuild property; <c>false</c> leaves sensitive calls as they are.</summary>
    internal const string RewriteProperty = "build_property.ParaKitRewrite";

    /// <summary>Symbol that the entry code calls.</summary>
    internal const string TrapSymbol = "kernel_trap";

    /// <summary>Name of the file of interceptors.</summary>
    internal const string InterceptorsFile = "PrivilegedCalls.g.cs";

    /// <summary>Namespace of the generated interceptors, listed in the guest's <c>InterceptorsNamespaces</c>.</summary>
    internal const string GeneratedNamespace = "ParaKit.Generated";

    /// <summary>
    /// The files that people and other generators wrote. The file of interceptors declares nothing of its own, and an edit anywhere writes it
    /// anew: to look through its thousands of attributes would be most of what a keystroke costs.
    /// </summary>
    internal static IEnumerable<SyntaxTree> SourceFiles(Compilation compilation) =>
        compilation.SyntaxTrees.Where(static tree => !IsInterceptors(tree));

    /// <summary>True for the file of interceptors.</summary>
    internal static bool IsInterceptors(SyntaxTree tree) => tree.FilePath.EndsWith(InterceptorsFile, System.StringComparison.Ordinal);

    /// <summary>The attribute of <paramref name="symbol"/> whose class has the given metadata name, or null.</summary>
    internal static AttributeData? FindAttribute(ISymbol symbol, string metadataName) => Find(symbol.GetAttributes(), metadataName);

    /// <summary>The attribute whose class has the given metadata name, or null.</summary>
    internal static AttributeData? Find(ImmutableArray<AttributeData> attributes, string metadataName)
    {
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.AttributeClass is { } type && IsNamed(type, metadataName))
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The attribute's only constructor argument, or null.</summary>
    internal static object? OnlyArgument(AttributeData attribute) =>
        attribute.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0].Kind != TypedConstantKind.Array ? attribute.ConstructorArguments[0].Value : null;

    // From the end, and without writing the name down, which is what each attribute of each method would cost.
    private static bool IsNamed(INamedTypeSymbol type, string metadataName)
    {
        string name = type.MetadataName;
        int end = metadataName.Length - name.Length;
        if (end < 0 || type.ContainingType is not null || !metadataName.EndsWith(name, System.StringComparison.Ordinal))
        {
            return false;
        }

        for (INamespaceSymbol space = type.ContainingNamespace; !space.IsGlobalNamespace; space = space.ContainingNamespace)
        {
            int start = end - 1 - space.Name.Length;
            if (start < 0 || metadataName[end - 1] != '.' || string.CompareOrdinal(metadataName, start, space.Name, 0, space.Name.Length) != 0)
            {
                return false;
            }

            end = start;
        }

        return end == 0;
    }
}
