namespace System;

/// <summary>Base of delegates. Field names and initializers are a contract with the compiler.</summary>
public abstract class Delegate
{
    internal object _firstParameter;
    internal object _helperObject;
    internal nint _extraFunctionPointerOrData;
    internal nint _functionPointer;

    private void InitializeClosedInstance(object firstParameter, nint functionPointer)
    {
        _functionPointer = functionPointer;
        _firstParameter = firstParameter;
    }

    private unsafe void InitializeClosedInstanceToInterface(object firstParameter, nint dispatchCell)
    {
        _functionPointer = Internal.Runtime.InterfaceDispatch.Resolve(firstParameter, (byte*)dispatchCell);
        _firstParameter = firstParameter;
    }

    private void InitializeClosedStaticThunk(object firstParameter, nint functionPointer, nint functionPointerThunk)
    {
        _extraFunctionPointerOrData = functionPointer;
        _helperObject = firstParameter;
        _functionPointer = functionPointerThunk;
        _firstParameter = this;
    }

    private void InitializeOpenStaticThunk(object firstParameter, nint functionPointer, nint functionPointerThunk)
    {
        _firstParameter = this;
        _functionPointer = functionPointerThunk;
        _extraFunctionPointerOrData = functionPointer;
    }
}

public abstract class MulticastDelegate : Delegate
{
}

public delegate void Action();

public delegate void Action<in T>(T argument);

public delegate void Action<in T1, in T2>(T1 first, T2 second);

public delegate TResult Func<out TResult>();

public delegate TResult Func<in T, out TResult>(T argument);

public delegate TResult Func<in T1, in T2, out TResult>(T1 first, T2 second);
