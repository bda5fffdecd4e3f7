namespace Gatehouse.Protection.Http;

/// <summary>Marks a function that speaks OAuth: its failures leave as <c>{error, error_description}</c> (RFC 6749 §5.2), not as problem documents.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OAuthEndpointAttribute : Attribute;
