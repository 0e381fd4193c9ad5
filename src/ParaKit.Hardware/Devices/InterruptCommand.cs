namespace ParaKit.Hardware.Devices;

/// <summary>How an interrupt message is delivered. Intel SDM vol. 3A, "Interrupt Command Register (ICR)", "Local Vector Table".</summary>
internal enum DeliveryMode
{
    Fixed = 0,
    LowestPriority = 1,
    SystemManagement = 2,
    NonMaskable = 4,
    Init = 5,
    Startup = 6,
    External = 7,
}

/// <summary>Whom a message is for. Intel SDM vol. 3A, "Interrupt Command Register (ICR)".</summary>
internal enum DestinationShorthand
{
    None = 0,
    Self = 1,
    AllIncludingSelf = 2,
    AllExcludingSelf = 3,
}

/// <summary>The interrupt command register: a message to other processors. Intel SDM vol. 3A, "Interrupt Command Register (ICR)".</summary>
/// <param name="Low">Its lower half.</param>
/// <param name="High">Its upper half.</param>
internal readonly record struct InterruptCommand(uint Low, uint High)
{
    /// <summary>What can be written of the lower half.</summary>
    public const uint Writable = 0x000c_cfff;

    /// <summary>The physical destination that is everybody.</summary>
    public const uint Broadcast = 0xff;

    private const uint LogicalBit = 1 << 11;
    private const uint AssertBit = 1 << 14;
    private const uint LevelBit = 1 << 15;

    /// <summary>Vector; of a startup message the page where the code is.</summary>
    public byte Vector => (byte)Low;

    /// <summary>Delivery mode.</summary>
    public DeliveryMode Mode => (DeliveryMode)((Low >> 8) & 7);

    /// <summary>Whether the destination is a set of logical ones.</summary>
    public bool IsLogical => (Low & LogicalBit) != 0;

    /// <summary>The end of an INIT, which only old processors know.</summary>
    public bool IsDeassert => (Low & (AssertBit | LevelBit)) == LevelBit;

    /// <summary>Shorthand for the destination.</summary>
    public DestinationShorthand Shorthand => (DestinationShorthand)((Low >> 18) & 3);

    /// <summary>The destination without a shorthand.</summary>
    public uint Destination => High >> 24;
}
