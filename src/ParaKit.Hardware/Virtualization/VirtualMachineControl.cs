namespace ParaKit.Hardware.Virtualization;

/// <summary>
/// The structure through which a hypervisor controls a guest in non-root mode and learns why it exited. Registers of the guest are not in it:
/// between exit and entry they are the processor's. Intel SDM vol. 3C, "Virtual-Machine Control Structures".
/// </summary>
public sealed class VirtualMachineControl
{
    private readonly ulong[] _fields = new ulong[Enum.GetValues<ControlField>().Length];

    /// <summary>Fields that the hypervisor has read (VMREAD).</summary>
    public long Reads { get; private set; }

    /// <summary>Fields that the hypervisor has written (VMWRITE).</summary>
    public long Writes { get; private set; }

    /// <summary>Reads a field.</summary>
    public ulong Read(ControlField field)
    {
        Reads++;
        return _fields[(int)field];
    }

    /// <summary>Writes a control.</summary>
    /// <exception cref="ArgumentException">The field is exit information.</exception>
    public void Write(ControlField field, ulong value)
    {
        if (field >= ControlField.ExitReason)
        {
            throw new ArgumentException($"{field} is written by exits only.", nameof(field));
        }

        Writes++;
        _fields[(int)field] = value;
    }

    /// <summary>Takes over all fields of another structure, without counting accesses.</summary>
    public void CopyFrom(VirtualMachineControl other) => other._fields.CopyTo(_fields, 0);

    /// <summary>What the processor sees of a field.</summary>
    internal ulong this[ControlField field]
    {
        get => _fields[(int)field];
        set => _fields[(int)field] = value;
    }
}
