using System.Reflection;

namespace Gatehouse.Tests.Unit.WorkerApi;

/// <summary>Lists the public surface of an assembly in the form of the listing of the real packages.</summary>
internal static class ApiWriter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Write(Assembly assembly) =>
        assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal).SelectMany(Write);

    public static IEnumerable<string> Write(Type type)
    {
        yield return Header(type);
        if (type.IsEnum)
        {
            yield return "    " + string.Join(", ", Enum.GetNames(type));
            yield break;
        }

        var isDelegate = typeof(Delegate).IsAssignableFrom(type);
        foreach (var member in type.GetMembers(Declared))
        {
            var line = member switch
            {
                ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) && !isDelegate => Write(constructor),
                PropertyInfo property when IsVisible(property.GetMethod ?? property.SetMethod!) => Write(property),
                MethodInfo method when IsVisible(method) && !method.IsSpecialName && (!isDelegate || method.Name == "Invoke") => Write(method, isDelegate),
                _ => null,
            };
            if (line is not null)
            {
                yield return "    " + line;
            }
        }
    }

    private static string Header(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var name = $"{type.Namespace}.{TypeNames.Write(type)}";
        if (kind is "enum" or "delegate")
        {
            return $"{kind} {name}";
        }

        var inherited = type.BaseType?.GetInterfaces() ?? [];
        List<Type> bases = [.. type.GetInterfaces().Except(inherited)];
        if (type.BaseType is { } baseType && baseType != typeof(object) && baseType != typeof(ValueType))
        {
            bases.Insert(0, baseType);
        }

        return bases.Count == 0 ? $"{kind} {name}" : $"{kind} {name} : {string.Join(", ", bases.Select(static entry => TypeNames.Write(entry)))}";
    }

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Write(ConstructorInfo constructor)
    {
        var access = constructor.IsPublic ? "" : "protected ";
        return $"{access}{TypeNames.Write(constructor.DeclaringType!)}({Parameters(constructor)})";
    }

    private static string Write(PropertyInfo property)
    {
        var getter = property.GetMethod ?? property.SetMethod!;
        var accessors = (IsVisible(property.GetMethod) ? "get; " : "") + (IsVisible(property.SetMethod) ? "set; " : "");
        return $"{Modifiers(getter)}{TypeNames.Write(new NullabilityInfoContext().Create(property))} {property.Name} {{ {accessors}}}";
    }

    private static string Write(MethodInfo method, bool isDelegate)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(static argument => argument.Name))}>" : "";
        var returned = TypeNames.Write(new NullabilityInfoContext().Create(method.ReturnParameter));
        return $"{(isDelegate ? "" : Modifiers(method))}{returned} {method.Name}{generics}({Parameters(method)})";
    }

    private static string Modifiers(MethodInfo method)
    {
        var access = method.IsPublic ? "" : "protected ";
        if (method.IsStatic)
        {
            return access + "static ";
        }

        if (method.DeclaringType!.IsInterface || method.IsFinal || !method.IsVirtual)
        {
            return access;
        }

        return method switch
        {
            { IsAbstract: true } => access + "abstract ",
            _ when method.GetBaseDefinition() != method => access + "override ",
            _ => access + "virtual ",
        };
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var isExtension = parameter.Position == 0 && method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute));
        var prefix = isExtension ? "this " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var suffix = parameter.HasDefaultValue ? " = default" : "";
        return $"{prefix}{TypeNames.Write(new NullabilityInfoContext().Create(parameter))} {parameter.Name}{suffix}";
    }));
}
