using System.Text;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Store;

/// <summary>The store of a host: a tree, and who wants to hear of changes.</summary>
internal sealed class XenStore
{
    private readonly StoreTree _tree = new();
    private readonly List<StoreWatch> _watches = [];

    /// <summary>The nodes as they are; changes go through the methods here.</summary>
    public StoreTree Tree => _tree;

    /// <summary>Text of a node; null if there is none.</summary>
    public string? this[string path] => _tree.Read(StoreTree.Control, path, out var value) == StoreError.None ? Encoding.UTF8.GetString(value.AsSpan()) : null;

    /// <summary>Writes a text as domain 0.</summary>
    public void Set(string path, string value)
    {
        _tree.Set(path, value);
        Fire(path);
    }

    /// <summary>Removes a path and all below it as domain 0.</summary>
    public void Remove(string path) => Change(path, tree => tree.Remove(StoreTree.Control, path));

    /// <summary>A domain is gone, and its number may become another's: its own path goes, with the back ends' halves of its devices, and what it has elsewhere becomes domain 0's.</summary>
    public void Forget(DomainId domain)
    {
        const string Backends = "/local/domain/0/backend";
        Remove($"/local/domain/{domain.Value}");
        _tree.List(StoreTree.Control, Backends, out var kinds);
        foreach (var kind in kinds)
        {
            Remove($"{Backends}/{kind}/{domain.Value}");
        }

        _tree.Disown(domain);
    }

    /// <summary>How many watches there are.</summary>
    public int WatchCount => _watches.Count;

    /// <summary>Makes a directory that belongs to a domain and that another may read.</summary>
    public void MakeFor(string path, DomainId owner, DomainId reader)
    {
        _tree.Make(StoreTree.Control, path);
        _tree.SetPermissions(StoreTree.Control, path, [new StorePermission(owner, StoreAccess.None), new StorePermission(reader, StoreAccess.Read)]);
    }

    /// <summary>Does a change of a connection, and tells who watches.</summary>
    public StoreError Change(string path, Func<StoreTree, StoreError> change)
    {
        var result = change(_tree);
        if (result == StoreError.None)
        {
            Fire(path);
        }

        return result;
    }

    /// <summary>Ends a transaction: all of it, unless somebody else has changed something since it began.</summary>
    public StoreError Commit(StoreTransaction transaction)
    {
        if (!_tree.IsSame(transaction.Start))
        {
            return StoreError.EAGAIN;
        }

        _tree.Become(transaction.Tree);
        foreach (var path in transaction.Changed)
        {
            Fire(path);
        }

        return StoreError.None;
    }

    /// <summary>Tells of changes at and below a path, and once at the beginning.</summary>
    public void Watch(StoreWatch watch)
    {
        _watches.Add(watch);
        watch.OnChange(watch.Path);
    }

    /// <summary>No longer tells.</summary>
    public void Unwatch(StoreWatch watch) => _watches.Remove(watch);

    private void Fire(string path)
    {
        foreach (var watch in _watches.ToArray())
        {
            if (watch.Concerns(path))
            {
                watch.OnChange(path);
            }
        }
    }
}

/// <summary>Somebody wants to hear of changes.</summary>
/// <param name="Path">At and below which; a removal above it counts, too.</param>
/// <param name="Token">What tells watches of one connection apart.</param>
/// <param name="OnChange">Takes the path that changed.</param>
internal sealed record StoreWatch(string Path, string Token, Action<string> OnChange)
{
    /// <summary>Whether it is about a change.</summary>
    public bool Concerns(string changed) => IsAtOrBelow(changed, Path) || IsAtOrBelow(Path, changed);

    private static bool IsAtOrBelow(string path, string above) =>
        path.StartsWith(above, StringComparison.Ordinal) && (path.Length == above.Length || above == "/" || path[above.Length] == '/');
}

/// <summary>A transaction: what the tree was, what it is to become, and the paths of the difference.</summary>
internal sealed record StoreTransaction(StoreTree Start, StoreTree Tree)
{
    /// <summary>Paths that it changes, in order.</summary>
    public List<string> Changed { get; } = [];
}
