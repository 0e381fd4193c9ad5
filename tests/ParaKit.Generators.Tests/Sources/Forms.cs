// Every form of call that an interceptor reaches; the marker comment counts the calls on its line.
using System;
using ParaKit.Guest;
using static ParaKit.Guest.X86;
using Machine = ParaKit.Guest.X86;

namespace Kernel;

public interface IConsole
{
    void Write(byte value) => X86.Out(0x3f8, value); // calls: 1
}

public class Base
{
    public Base(ulong root) => Root = root;

    public ulong Root { get; }
}

public sealed class Derived : Base, IDisposable
{
    private readonly ulong _initial = X86.ReadCr3(); // calls: 1

    public Derived()
        : base(X86.ReadCr3()) // calls: 1
    {
    }

    public static ulong Property => X86.Pushf(); // calls: 1

    public ulong Initial
    {
        get => _initial;
        set => X86.WriteCr3(value); // calls: 1
    }

    public static Derived operator +(Derived left, Derived right)
    {
        X86.Cli(); // calls: 1
        return left;
    }

    public void Dispose() => X86.Hlt(); // calls: 1
}

public sealed class Card : Device
{
    public override Device Reset(int mode, params int[] lines) => base.Reset(mode, lines); // calls: 1
}

public static class Generic<T>
    where T : unmanaged
{
    public static T Store(ref T slot, T value) => PageTable.Store(ref slot, value); // calls: 1

    public static void Stop<TOther>() => X86.Hlt(); // calls: 1
}

public static unsafe class Forms
{
    private static readonly Action s_stop = static () => X86.Hlt(); // calls: 1

    public static void Names()
    {
        X86.Cli(); // calls: 1
        Cli(); // calls: 1
        Machine.Cli(); // calls: 1
        global::ParaKit.Guest.X86.Cli(); // calls: 1
        X86.Cli(); Cli(); X86 . Cli(); // calls: 3
    }

    public static void Arguments()
    {
        WriteCr3(ReadCr3() | X86.ReadCr3()); // calls: 3
        X86.Out(value: (byte)X86.Pushf(), port: 0x3f8); // calls: 2
        X86.Out(0x3f8, 0x12345u); // calls: 1
    }

    public static ulong Bodies(int kind)
    {
        static void Local() => X86.Cli(); // calls: 1
        Local();
        s_stop();
        Func<ulong, ulong> lambda = flags =>
        {
            X86.Popf(flags); // calls: 1
            return Pushf(); // calls: 1
        };
        return kind switch
        {
            0 => lambda(0),
            1 => checked(X86.Pushf() + 1), // calls: 1
            _ => X86.ReadCr3(), // calls: 1
        };
    }

    public static void Tables(ulong* table)
    {
        ulong entry = 5;
        entry.Set(7); // calls: 1
        PageTable.Set(ref entry, 8); // calls: 1
        PageTable.SetAll(table, 4, out int count); // calls: 1
        PageTable.Slot(table, count) = 8; // calls: 1
        ref ulong slot = ref PageTable.Slot(table, index: 1); // calls: 1
        PageTable.Store(ref slot, 9ul); // calls: 1
        PageTable.Store<ulong>(ref slot, 10); // calls: 1
    }

    public static uint Objects(Device device, IPort port, Register[] registers)
    {
        ulong value = 1;
        device.Reset(); // calls: 1
        device.Reset(2, 3, 4).Reset(lines: [5]); // calls: 2
        device?.Reset(mode: 6)?.Reset(); // calls: 2
        registers[0].Exchange(ref value, 7, out ulong old); // calls: 1
        registers[0].Exchange(ref value, in old, out _); // calls: 1
        new Register().Get(); // calls: 1
        return device!.Read() + port.Read() + (uint)registers[1].Get(); // calls: 3
    }

    public static T Generics<T>(Table<T> table, T* entries, T value)
        where T : unmanaged
    {
        table.Clear(); // calls: 1
        new Table<int>().Clear(); // calls: 1
        return Table<T>.Swap(entries, 2, value); // calls: 1
    }

    public static void Mapped()
    {
#line 100 "Elsewhere.cs"
        X86.Cli(); // calls: 1
#line default
    }

    public static void NotIntercepted()
    {
        X86.Pause();
        _ = nameof(X86.Cli);
    }
}
