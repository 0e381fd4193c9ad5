using ParaKit.Image;

namespace ParaKit.Building;

/// <summary>The kinds of image that a guest build makes, by the name they have in file names.</summary>
public static class ImageKind
{
    /// <summary>Boots on the machine itself.</summary>
    public const string Native = "native";

    /// <summary>Boots on a hypervisor with Xen's paravirtual interface.</summary>
    public const string Paravirt = "paravirt";

    private const string Extension = ".elf";

    private static readonly string[] s_all = [Native, Paravirt];

    /// <summary>The kind of image that a technique runs: all but paravirtualization run the unchanged kernel.</summary>
    public static string OfTechnique(string technique) => technique == Paravirt ? Paravirt : Native;

    /// <summary>File name of an image.</summary>
    public static string FileName(string guest, string kind) => $"{guest}.{kind}{Extension}";

    /// <summary>Takes a file name such as "Guest.native.elf" apart; the kind is null if the name does not tell it.</summary>
    public static (string Guest, string? Kind) Split(string fileName)
    {
        var stem = Path.GetFileNameWithoutExtension(fileName);
        var kind = s_all.FirstOrDefault(k => stem.EndsWith("." + k, StringComparison.OrdinalIgnoreCase));
        return kind is null ? (stem, null) : (stem[..^(kind.Length + 1)], kind);
    }

    /// <summary>Says clearly that an image cannot be run by a technique, before anything stranger happens.</summary>
    /// <exception cref="GuestException">The image is of another kind than the technique runs.</exception>
    public static void Check(KernelImage image, string technique)
    {
        var hasXenEntry = XenNotes.TryParse(image, out _);
        if (OfTechnique(technique) == Paravirt && !hasXenEntry)
        {
            throw new GuestException(
                $"'{image.Name}' has no Xen notes, so it is not a paravirtual image; '{technique}' runs X.{Paravirt}{Extension}.");
        }

        if (OfTechnique(technique) == Native && IsParavirt(image))
        {
            throw new GuestException($"'{image.Name}' is a paravirtual image; '{technique}' runs X.{Native}{Extension}.");
        }
    }

    /// <summary>Whether Xen can start an image, but no machine.</summary>
    public static bool IsParavirt(KernelImage image) => XenNotes.TryParse(image, out _) && !HasMachineEntry(image);

    private static bool HasMachineEntry(KernelImage image) =>
        image.Notes.Any(note => note.Owner == XenNotes.Owner && note.Type == (uint)XenNoteType.Phys32Entry);
}
