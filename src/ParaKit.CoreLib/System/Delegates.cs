namespace System;

/// <summary>Base of delegates. Field names and initializers are a contract with the compiler.</summary>
public abstract class Delegate
{
    internal object _firstParameter;
    internal object _helperObject;
    internal nint _extraFunctionPointerOrData;
    internal nint _functionPointer;

    public static bool operator ==(Delegate left, Delegate right) => (object)left == null ? (object)right == null : left.Equals(right);

    public static bool operator !=(Delegate left, Delegate right) => !(left == right);

    /// <summary>True for the same type, object and method.</summary>
    public override unsafe bool Equals(object other) =>
        other is Delegate delegated && delegated.m_pEEType == m_pEEType && delegated._functionPointer == _functionPointer &&
        delegated._extraFunctionPointerOrData == _extraFunctionPointerOrData && delegated.Target == Target;

    public override int GetHashCode() => (int)_functionPointer ^ (int)_extraFunctionPointerOrData;

    // A thunk's first parameter is the delegate itself, which then keeps the object, if there is one, elsewhere.
    private object Target => _firstParameter == (object)this ? _helperObject : _firstParameter;

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
