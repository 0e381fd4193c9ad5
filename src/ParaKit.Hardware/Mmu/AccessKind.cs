namespace ParaKit.Hardware.Mmu;

/// <summary>What an access wants to do with a linear address.</summary>
public enum AccessKind
{
    /// <summary>Read data.</summary>
    Read,

    /// <summary>Write data.</summary>
    Write,

    /// <summary>Fetch an instruction.</summary>
    Execute,
}
