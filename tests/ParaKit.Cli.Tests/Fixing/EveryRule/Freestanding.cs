using System;
using System.Linq; // PK0106
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParaKit.Guest;

internal class Freestanding
{
    [ThreadStatic]
    private static int s_perThread; // PK0104

    [DllImport("libc")]
    internal static extern int getpid(); // PK0108

    ~Freestanding() // PK0102
    {
    }

    [ModuleInitializer]
    internal static void Start() => s_perThread = 1; // PK0103

    internal static async void Later() // PK0105
    {
    }

    protected virtual T Same<T>(T value) => value; // PK0107

    internal static void Square()
    {
        try
        {
            var square = new int[2, 2]; // PK0107!
        }
        catch // PK0101
        {
            throw;
        }
    }
}
