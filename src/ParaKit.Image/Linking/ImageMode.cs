namespace ParaKit.Image.Linking;

/// <summary>What kind of image the linker makes.</summary>
public enum ImageMode
{
    /// <summary>Boots on bare hardware: PVH note, 64-bit entry, machine instructions in place.</summary>
    Native,

    /// <summary>Boots as a Xen PV guest: Xen notes, hypercall page, no privileged instruction.</summary>
    Paravirt,
}
