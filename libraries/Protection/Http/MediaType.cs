namespace Gatehouse.Protection.Http;

/// <summary>The media types that are read and written here.</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";
    public const string Html = "text/html; charset=utf-8";
    public const string JavaScript = "text/javascript; charset=utf-8";
    public const string Form = "application/x-www-form-urlencoded";
}
