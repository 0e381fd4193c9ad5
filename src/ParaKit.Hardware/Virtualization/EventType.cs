namespace ParaKit.Hardware.Virtualization;

/// <summary>Kinds of event. Intel SDM vol. 3C, "VM-Entry Controls for Event Injection".</summary>
public enum EventType
{
    /// <summary>External interrupt.</summary>
    External = 0,

    /// <summary>Exception of the processor.</summary>
    Exception = 3,

    /// <summary>INT n or INT3.</summary>
    Software = 4,
}
