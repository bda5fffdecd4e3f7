namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which function key the host asks for.</summary>
public enum AuthorizationLevel
{
    Anonymous,
    User,
    Function,
    System,
    Admin,
}
