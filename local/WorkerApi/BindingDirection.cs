namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which way the data of a binding goes.</summary>
public enum BindingDirection
{
    In,
    Out,
}
