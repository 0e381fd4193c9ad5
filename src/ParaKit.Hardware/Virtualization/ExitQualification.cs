namespace ParaKit.Hardware.Virtualization;

/// <summary>
/// Exit qualifications. Intel SDM vol. 3C, "Exit Qualification for Control-Register Accesses", "... for I/O Instructions", "... for EPT Violations".
/// </summary>
public static class ExitQualification
{
    /// <summary>Of a port access: it reads.</summary>
    public const ulong PortRead = 1 << 3;

    /// <summary>Of a nested violation: the access reads.</summary>
    public const ulong NestedRead = 1 << 0;

    /// <summary>Of a nested violation: the access writes.</summary>
    public const ulong NestedWrite = 1 << 1;

    /// <summary>Of a nested violation: the access is a fetch.</summary>
    public const ulong NestedFetch = 1 << 2;

    /// <summary>Of a nested violation: there is a translation, which does not allow the access.</summary>
    public const ulong NestedPresent = 1 << 3;

    /// <summary>Of a nested violation: the linear address is known; always set here.</summary>
    public const ulong NestedLinearKnown = 1 << 7;

    /// <summary>Of a nested violation: the access was to what the linear address means, not to a page-table entry on the way.</summary>
    public const ulong NestedFinal = 1 << 8;

    private const int PortShift = 16;
    private const int ReadFromControl = 1;
    private const int AccessTypeShift = 4;
    private const int GeneralRegisterShift = 8;

    /// <summary>Makes that of a port access.</summary>
    /// <param name="port">Port.</param>
    /// <param name="width">1, 2 or 4 bytes.</param>
    /// <param name="isRead">Whether it is IN.</param>
    public static ulong OfPort(ushort port, int width, bool isRead) =>
        ((ulong)port << PortShift) | (isRead ? PortRead : 0) | (uint)(width - 1);

    /// <summary>Port of a port access.</summary>
    public static ushort Port(ulong qualification) => (ushort)(qualification >> PortShift);

    /// <summary>Makes that of a control-register access.</summary>
    /// <param name="register">Number of the control register.</param>
    /// <param name="isRead">Whether it is MOV from the register.</param>
    /// <param name="general">Number of the general register.</param>
    public static ulong OfControlRegister(int register, bool isRead, int general) =>
        (uint)register | (isRead ? (ulong)ReadFromControl << AccessTypeShift : 0) | ((ulong)(uint)general << GeneralRegisterShift);
}
