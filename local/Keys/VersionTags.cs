namespace Gatehouse.KeyTool;

/// <summary>Names of the tags of a version. Nothing secret is in them: a tag can be read where the value can't.</summary>
internal static class VersionTags
{
    public const string Kid = "kid";
    public const string Algorithm = "alg";
    public const string MadeBy = "made-by";
}
