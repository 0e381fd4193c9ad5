namespace ParaKit.Hardware.Devices;

/// <summary>Bits of the error status register. Intel SDM vol. 3A, "Error Handling".</summary>
[Flags]
internal enum ApicErrors : uint
{
    None = 0,

    /// <summary>A vector below 16 was to be sent.</summary>
    SendIllegalVector = 1 << 5,

    /// <summary>A vector below 16 was received, from others or from the local vector table.</summary>
    ReceiveIllegalVector = 1 << 6,

    /// <summary>There is no register at an address.</summary>
    IllegalRegister = 1 << 7,
}
