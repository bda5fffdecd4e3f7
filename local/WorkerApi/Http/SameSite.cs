namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>When a browser sends a cookie along from another site.</summary>
public enum SameSite
{
    None,
    Lax,
    Strict,
    ExplicitNone,
}
