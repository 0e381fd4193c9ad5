using System.Collections.Immutable;
using System.Text;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Store;

/// <summary>
/// The nodes of XenStore as one immutable value, so that a transaction is a copy that costs nothing. Xen docs "xenstore", "Basic Operations".
/// </summary>
internal sealed class StoreTree
{
    /// <summary>Longest path.</summary>
    public const int MaximumPath = 2048;

    /// <summary>Longest value.</summary>
    public const int MaximumValue = 2048;

    /// <summary>Nodes at most that one domain can own.</summary>
    public const int MaximumNodes = 1000;

    private ImmutableSortedDictionary<string, StoreNode> _nodes;

    private StoreTree(ImmutableSortedDictionary<string, StoreNode> nodes) => _nodes = nodes;

    /// <summary>Makes a store with nothing but its root, which is domain 0's.</summary>
    public StoreTree()
        : this(ImmutableSortedDictionary.Create<string, StoreNode>(StringComparer.Ordinal).Add("/", new StoreNode([], [new StorePermission(Control, StoreAccess.Read)])))
    {
    }

    /// <summary>Domain 0, which may do everything.</summary>
    public static DomainId Control { get; } = new(0);

    /// <summary>Whether a path could be one.</summary>
    public static bool IsPath(string path) =>
        path.StartsWith('/') && path.Length <= MaximumPath && (path.Length == 1 || !path.EndsWith('/')) && !path.Contains("//", StringComparison.Ordinal)
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '@' or '.' or ':');

    /// <summary>A tree that begins as this one.</summary>
    public StoreTree Copy() => new(_nodes);

    /// <summary>Whether two trees are the same value, unchanged since the copy.</summary>
    public bool IsSame(StoreTree other) => ReferenceEquals(_nodes, other._nodes);

    /// <summary>Becomes another tree.</summary>
    public void Become(StoreTree other) => _nodes = other._nodes;

    /// <summary>Reads a value.</summary>
    public StoreError Read(DomainId who, string path, out ImmutableArray<byte> value)
    {
        var result = Find(who, path, out var node);
        value = node?.Value ?? [];
        return result;
    }

    /// <summary>Names below a path.</summary>
    public StoreError List(DomainId who, string path, out IReadOnlyList<string> names)
    {
        var result = Find(who, path, out _);
        var prefix = Prefix(path);
        names = result == StoreError.None
            ? [.. _nodes.Keys.Where(k => k.Length > prefix.Length && k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]).Where(k => !k.Contains('/'))]
            : [];
        return result;
    }

    /// <summary>Permissions of a path.</summary>
    public StoreError GetPermissions(DomainId who, string path, out ImmutableArray<StorePermission> permissions)
    {
        var result = Find(who, path, out var node);
        permissions = node?.Permissions ?? [];
        return result;
    }

    /// <summary>Sets a value; the path is made if it is not there.</summary>
    public StoreError Write(DomainId who, string path, ImmutableArray<byte> value)
    {
        if (value.Length > MaximumValue)
        {
            return StoreError.ENOSPC;
        }

        if (_nodes.TryGetValue(path, out var node))
        {
            if (!node.CanWrite(who))
            {
                return StoreError.EACCES;
            }

            _nodes = _nodes.SetItem(path, node with { Value = value });
            return StoreError.None;
        }

        var made = Make(who, path);
        if (made == StoreError.None)
        {
            _nodes = _nodes.SetItem(path, _nodes[path] with { Value = value });
        }

        return made;
    }

    /// <summary>Sets a text as domain 0.</summary>
    public void Set(string path, string value) => Write(Control, path, [.. Encoding.UTF8.GetBytes(value)]);

    /// <summary>Makes a path, and what is missing above it, with the permissions of what is above.</summary>
    public StoreError Make(DomainId who, string path)
    {
        if (!IsPath(path))
        {
            return StoreError.EINVAL;
        }

        if (_nodes.TryGetValue(path, out var node))
        {
            return node.CanWrite(who) ? StoreError.None : StoreError.EACCES;
        }

        var missing = new Stack<string>();
        var above = path;
        while (!_nodes.TryGetValue(above, out node))
        {
            missing.Push(above);
            above = Parent(above);
        }

        if (!node.CanWrite(who))
        {
            return StoreError.EACCES;
        }

        if (who != Control && _nodes.Values.Count(n => n.Permissions[0].Domain == who) + missing.Count > MaximumNodes)
        {
            return StoreError.ENOSPC;
        }

        // What a domain makes is its own.
        var permissions = who == Control ? node.Permissions : node.Permissions.SetItem(0, node.Permissions[0] with { Domain = who });
        while (missing.TryPop(out var next))
        {
            _nodes = _nodes.Add(next, new StoreNode([], permissions));
        }

        return StoreError.None;
    }

    /// <summary>Removes a path and all below it; what is not there is removed already.</summary>
    public StoreError Remove(DomainId who, string path)
    {
        if (!IsPath(path) || path == "/")
        {
            return StoreError.EINVAL;
        }

        if (!_nodes.TryGetValue(path, out var node))
        {
            return _nodes.ContainsKey(Parent(path)) ? StoreError.None : StoreError.ENOENT;
        }

        if (!node.CanWrite(who))
        {
            return StoreError.EACCES;
        }

        var prefix = Prefix(path);
        _nodes = _nodes.RemoveRange([.. _nodes.Keys.Where(k => k == path || k.StartsWith(prefix, StringComparison.Ordinal))]);
        return StoreError.None;
    }

    /// <summary>Sets permissions; only the owner may, and only domain 0 gives a node away.</summary>
    public StoreError SetPermissions(DomainId who, string path, ImmutableArray<StorePermission> permissions)
    {
        var result = Find(who, path, out var node);
        if (result != StoreError.None)
        {
            return result;
        }

        if (!node!.IsOwnedBy(who) || (who != Control && permissions[0].Domain != who))
        {
            return StoreError.EACCES;
        }

        _nodes = _nodes.SetItem(path, node with { Permissions = permissions });
        return StoreError.None;
    }

    /// <summary>What belongs to a domain becomes domain 0's, and nothing is said of the domain in permissions any more.</summary>
    public void Disown(DomainId domain)
    {
        foreach (var (path, node) in _nodes.Where(entry => entry.Value.Permissions.Any(permission => permission.Domain == domain)).ToArray())
        {
            var owner = node.Permissions[0] is var first && first.Domain == domain ? first with { Domain = Control } : first;
            _nodes = _nodes.SetItem(path, node with { Permissions = [owner, .. node.Permissions.Skip(1).Where(permission => permission.Domain != domain)] });
        }
    }

    private StoreError Find(DomainId who, string path, out StoreNode? node)
    {
        node = null;
        if (!IsPath(path))
        {
            return StoreError.EINVAL;
        }

        if (!_nodes.TryGetValue(path, out var found))
        {
            return StoreError.ENOENT;
        }

        node = found.CanRead(who) ? found : null;
        return node is null ? StoreError.EACCES : StoreError.None;
    }

    private static string Prefix(string path) => path == "/" ? "/" : path + "/";

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var last ? path[..last] : "/";
}
