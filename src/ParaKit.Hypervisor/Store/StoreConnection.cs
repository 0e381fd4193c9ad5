using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Store;

/// <summary>
/// One domain's conversation with the store: messages in, messages out. What it asks for is bounded, and what is malformed is answered with an error or
/// ends the conversation. Xen public/io/xs_wire.h; Xen docs "xenstore", "Wire Protocol".
/// </summary>
internal sealed class StoreConnection(XenStore store, DomainId domain)
{
    private const int MaximumWatches = 128;
    private const int MaximumTransactions = 10;

    /// <summary>Answers that a domain does not take must not fill the host's memory.</summary>
    private const int MaximumQueued = 1 << 20;

    private readonly Dictionary<uint, StoreTransaction> _transactions = [];
    private readonly List<StoreWatch> _watches = [];
    private readonly Queue<byte[]> _output = new();
    private uint _lastTransaction;
    private int _queued;

    /// <summary>Messages for the domain, in order.</summary>
    public Queue<byte[]> Output => _output;

    /// <summary>A message has been taken from <see cref="Output"/>.</summary>
    public void Taken(byte[] message) => _queued -= message.Length;

    /// <summary>Answers a message.</summary>
    public void Receive(StoreMessage head, ReadOnlySpan<byte> payload)
    {
        var fields = new StoreFields(payload);
        var result = Answer(head, fields, out var answer);
        if (result == StoreError.None && answer.Length > StoreMessage.MaximumLength)
        {
            result = StoreError.E2BIG;
        }

        Send(result == StoreError.None ? head : head with { Type = StoreMessageType.Error }, result == StoreError.None ? answer : Text(result.ToString()));
    }

    /// <summary>Forgets everything: the domain is gone.</summary>
    public void Close() => _watches.ForEach(store.Unwatch);

    private StoreError Answer(StoreMessage head, StoreFields fields, out byte[] answer)
    {
        answer = Text("OK");
        StoreTransaction? transaction = null;
        if (head.Transaction != 0 && !_transactions.TryGetValue(head.Transaction, out transaction))
        {
            return StoreError.ENOENT;
        }

        var tree = transaction?.Tree ?? store.Tree;
        var path = Absolute(fields.First);
        switch (head.Type)
        {
            case StoreMessageType.Read:
                return Read(tree, path, out answer);
            case StoreMessageType.Directory:
                return List(tree, path, out answer);
            case StoreMessageType.GetPermissions:
                return GetPermissions(tree, path, out answer);
            case StoreMessageType.Write:
                return Change(transaction, path, t => t.Write(domain, path, [.. fields.Rest]));
            case StoreMessageType.MakeDirectory:
                return Change(transaction, path, t => t.Make(domain, path));
            case StoreMessageType.Remove:
                return Change(transaction, path, t => t.Remove(domain, path));
            case StoreMessageType.SetPermissions:
                return StorePermissions.TryParse(fields.All.Skip(1), out var permissions)
                    ? Change(transaction, path, t => t.SetPermissions(domain, path, permissions))
                    : StoreError.EINVAL;
            case StoreMessageType.Watch:
                return Watch(fields);
            case StoreMessageType.Unwatch:
                return Unwatch(fields);
            case StoreMessageType.TransactionStart:
                return Start(out answer);
            case StoreMessageType.TransactionEnd:
                return End(head.Transaction, transaction, fields.First);
            case StoreMessageType.GetDomainPath:
                answer = Text($"/local/domain/{fields.First}");
                return ushort.TryParse(fields.First, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? StoreError.None : StoreError.EINVAL;
            default:
                return StoreError.ENOSYS;
        }
    }

    private StoreError Read(StoreTree tree, string path, out byte[] answer)
    {
        var result = tree.Read(domain, path, out var value);
        answer = [.. value];
        return result;
    }

    private StoreError List(StoreTree tree, string path, out byte[] answer)
    {
        var result = tree.List(domain, path, out var names);
        answer = Text(string.Concat(names.Select(n => n + "\0")), isTerminated: false);
        return result;
    }

    private StoreError GetPermissions(StoreTree tree, string path, out byte[] answer)
    {
        var result = tree.GetPermissions(domain, path, out var permissions);
        answer = Text(StorePermissions.Format(permissions), isTerminated: false);
        return result;
    }

    private StoreError Change(StoreTransaction? transaction, string path, Func<StoreTree, StoreError> change)
    {
        if (!StoreTree.IsPath(path))
        {
            return StoreError.EINVAL;
        }

        if (transaction is null)
        {
            return store.Change(path, change);
        }

        var result = change(transaction.Tree);
        if (result == StoreError.None)
        {
            transaction.Changed.Add(path);
        }

        return result;
    }

    private StoreError Watch(StoreFields fields)
    {
        if (fields.All is not [var given, var token, ..] || (!given.StartsWith('@') && !StoreTree.IsPath(Absolute(given))))
        {
            return StoreError.EINVAL;
        }

        var path = given.StartsWith('@') ? given : Absolute(given);
        if (_watches.Exists(w => w.Path == path && w.Token == token))
        {
            return StoreError.EEXIST;
        }

        if (_watches.Count == MaximumWatches)
        {
            return StoreError.ENOSPC;
        }

        // The path comes back as it was given: relative watches tell of relative paths.
        var prefix = given.StartsWith('/') || given.StartsWith('@') ? 0 : Home.Length;
        var watch = new StoreWatch(path, token, changed => Send(
            new StoreMessage { Type = StoreMessageType.WatchEvent }, Text($"{(changed.Length > prefix ? changed[prefix..] : changed)}\0{token}")));
        _watches.Add(watch);
        store.Watch(watch);
        return StoreError.None;
    }

    private StoreError Unwatch(StoreFields fields)
    {
        var path = Absolute(fields.First);
        var watch = _watches.Find(w => (w.Path == path || w.Path == fields.First) && w.Token == fields.All.ElementAtOrDefault(1));
        if (watch is null)
        {
            return StoreError.ENOENT;
        }

        _watches.Remove(watch);
        store.Unwatch(watch);
        return StoreError.None;
    }

    private StoreError Start(out byte[] answer)
    {
        answer = [];
        if (_transactions.Count == MaximumTransactions)
        {
            return StoreError.ENOSPC;
        }

        _lastTransaction++;
        _transactions.Add(_lastTransaction, new StoreTransaction(store.Tree.Copy(), store.Tree.Copy()));
        answer = Text(_lastTransaction.ToString(CultureInfo.InvariantCulture));
        return StoreError.None;
    }

    private StoreError End(uint number, StoreTransaction? transaction, string how)
    {
        if (transaction is null || how is not ("T" or "F"))
        {
            return transaction is null ? StoreError.ENOENT : StoreError.EINVAL;
        }

        _transactions.Remove(number);
        return how == "T" ? store.Commit(transaction) : StoreError.None;
    }

    private string Home => $"/local/domain/{domain.Value}/";

    private string Absolute(string path) => path.StartsWith('/') ? path : Home + path;

    private static byte[] Text(string text, bool isTerminated = true) => Encoding.UTF8.GetBytes(isTerminated ? text + "\0" : text);

    private void Send(StoreMessage head, byte[] payload)
    {
        var message = new byte[Marshal.SizeOf<StoreMessage>() + payload.Length];
        if (_queued + message.Length > MaximumQueued)
        {
            return;
        }

        head.Length = (uint)payload.Length;
        MemoryMarshal.Write(message, head);
        payload.CopyTo(message, Marshal.SizeOf<StoreMessage>());
        _queued += message.Length;
        _output.Enqueue(message);
    }
}
