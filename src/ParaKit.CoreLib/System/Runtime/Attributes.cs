namespace System.Runtime;

/// <summary>Gives a method a symbol that other code, or the linker's startup code, can call.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RuntimeExportAttribute(string entry) : Attribute
{
    public string Entry { get; } = entry;
}

/// <summary>Binds an extern method to a symbol that the linker provides.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RuntimeImportAttribute : Attribute
{
    public RuntimeImportAttribute(string library)
        : this(library, "")
    {
    }

    public RuntimeImportAttribute(string library, string entry)
    {
        Library = library;
        Entry = entry;
    }

    public string Library { get; }

    public string Entry { get; }
}
