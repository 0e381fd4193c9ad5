using System.Collections.Immutable;
using System.Globalization;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Store;

/// <summary>Permissions as text: a letter and a domain each. Xen docs "xenstore", "Permissions".</summary>
internal static class StorePermissions
{
    private const int Most = 64;

    /// <summary>Reads texts such as "n1", "r0".</summary>
    public static bool TryParse(IEnumerable<string> texts, out ImmutableArray<StorePermission> permissions)
    {
        permissions = [.. texts.Take(Most).Select(Parse).OfType<StorePermission>()];
        return permissions.Length > 0 && permissions.Length == texts.Count();
    }

    /// <summary>Writes them, each with a NUL.</summary>
    public static string Format(ImmutableArray<StorePermission> permissions) =>
        string.Concat(permissions.Select(p => string.Create(CultureInfo.InvariantCulture, $"{Letter(p.Access)}{p.Domain.Value}\0")));

    private static StorePermission? Parse(string text)
    {
        if (text.Length < 2 || !ushort.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var domain))
        {
            return null;
        }

        StoreAccess? access = text[0] switch
        {
            'n' => StoreAccess.None,
            'r' => StoreAccess.Read,
            'w' => StoreAccess.Write,
            'b' => StoreAccess.Read | StoreAccess.Write,
            _ => null,
        };
        return access is { } known ? new StorePermission(new DomainId(domain), known) : null;
    }

    private static char Letter(StoreAccess access) => access switch
    {
        StoreAccess.None => 'n',
        StoreAccess.Read => 'r',
        StoreAccess.Write => 'w',
        _ => 'b',
    };
}
