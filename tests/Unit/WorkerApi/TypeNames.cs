using System.Reflection;

namespace Gatehouse.Tests.Unit.WorkerApi;

/// <summary>Names of types as the listing writes them.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(void)] = "void",
    };

    public static string Write(Type type)
    {
        if (type.IsArray)
        {
            return Write(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Write(value) + "?";
        }

        return type.IsGenericType
            ? $"{Plain(type)}<{string.Join(", ", type.GetGenericArguments().Select(Write))}>"
            : Keywords.GetValueOrDefault(type, type.Name);
    }

    public static string Write(NullabilityInfo info)
    {
        var type = info.Type;
        if (Nullable.GetUnderlyingType(type) is not null)
        {
            return Write(type);
        }

        var mark = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return Write(info.ElementType!) + "[]" + mark;
        }

        return type.IsGenericType
            ? $"{Plain(type)}<{string.Join(", ", info.GenericTypeArguments.Select(Write))}>{mark}"
            : Write(type) + mark;
    }

    private static string Plain(Type type) => type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
}
